import type { Finding } from '../findings/finding.ts';
import { checkHealth } from '../apply/check-health.ts';
import { checkUnchanged } from '../apply/conflict.ts';
import { isLeftToOthers } from '../apply/evidence.ts';
import { describeStep } from '../apply/registry.ts';
import type { DeployResult } from '../apply/result.ts';
import { ConfigError, ConflictError, DeployError, HealthError } from '../errors.ts';
import type { HealthReport } from '../health/report.ts';
import { bundleFindings } from '../plan/preflight/bundle.ts';
import { blindSpot, type Plan } from '../plan/plan.ts';
import { preflightError } from '../plan/preflight.ts';
import { splitError, type FoundSplit } from '../plan/preflight/split.ts';
import { readPlan } from '../plan/read-plan.ts';
import { type PlanResult, planResult } from '../plan/result.ts';
import type { Strategy, VerifyBefore } from '../shapes/traffic-schema.ts';
import { withTenantLock } from '../records/lock.ts';
import { shownGradual } from '../session/gradual.ts';
import { type LiveMemory, NO_MEMORY } from '../sections/live-memory.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { urlOf } from '../session/public-url.ts';
import { reportInterrupted } from './report-interrupted.ts';
import { resultBase, runPlan, type PlanRun } from './run-plan.ts';
import { failureOfError, type TargetCommand } from './command.ts';
import { skippedHealth } from '../health/watch.ts';

/** How one target is deployed. */
export interface DeployOptions {
  /** Upload even when nothing changed. */
  readonly force?: boolean;
  /** False skips the health checks. @default true */
  readonly verify?: boolean;
  /**
   * Puts the new version beside the live one with 0 % of the traffic and asks it there first, where Cloudflare allows: one
   * write more. `auto`: where a configured check tells which version answered, and once for the same code in a release;
   * `always`: also where it does not tell, and each time. @default `traffic.checkBefore` of the files, else 'auto'
   */
  readonly verifyBefore?: VerifyBefore;
  readonly message?: string;
  readonly tag?: string;
  /** How the new version gets its traffic. @default `traffic.strategy` of the files, else 'at-once' */
  readonly strategy?: Strategy;
  /** Ends a split of the traffic over two versions that somebody left; without it such a deploy is refused. @default false */
  readonly takeOverSplit?: boolean;
  /** Takes over custom domains and routes that belong to others. @default false */
  readonly takeOver?: boolean;
  /**
   * Asked once with the plan, before its first step; false stops it. What was shown is what runs. Not asked when there
   * is nothing to do.
   */
  readonly confirm?: (plan: PlanResult) => Promise<boolean>;
}

/** Digests of code that was found live and well: what other targets of a release need not ask again before traffic. */
export interface ProvenCode {
  has(digest: string): boolean;
  add(digest: string): void;
}

const NO_CODE: ProvenCode = { has: () => false, add: () => undefined };

/** How a run ended, as it is counted and announced: of a Worker that had nothing to do and is not well, as a failure. */
export function endedAs({ status, error }: Pick<DeployResult, 'status' | 'error'>): DeployResult['status'] {
  return status === 'unchanged' && error !== null ? 'failed' : status;
}

/** How what became of a run is judged; of a rollback too. */
export const deployCommand: TargetCommand<DeployResult> = {
  word: endedAs,
  failure: (result) => {
    const isUnwell = result.status === 'failed' || result.status === 'rolled-back';
    return failureOfError(result) ?? (isUnwell || result.recordError !== null ? 1 : null);
  },
  wrote: ({ status, endState }) =>
    status === 'failed'
      ? endState !== 'untouched'
      : status === 'deployed' || status === 'paused' || status === 'rolled-back',
  calls: ({ calls }) => calls,
  failed: ({ tenant, worker, environment, error }) => ({
    tenant,
    worker,
    environment,
    accountId: '',
    scriptName: '',
    url: null,
    status: 'failed',
    // Thrown before the first write: nothing was changed.
    endState: 'untouched',
    previousVersionId: null,
    versionId: null,
    upload: null,
    changes: [],
    left: [],
    notLookedAt: [],
    interrupted: [],
    steps: [],
    leftovers: [],
    health: skippedHealth('the deploy failed before it'),
    gradual: null,
    calls: 0,
    durationMs: 0,
    record: null,
    recordError: null,
    error,
  }),
};

/**
 * Deploys one tenant: one plan, checked, shown to whoever confirms it, and that same plan carried out.
 * @throws DeployError for everything found before the first write; after it the result says what happened
 */
export function deployTenant(
  context: TenantContext,
  options: DeployOptions,
  memory: LiveMemory = NO_MEMORY,
  provenCode: ProvenCode = NO_CODE,
): Promise<DeployResult> {
  const { world, worker } = context;
  const { tenant, environment } = worker;
  return withTenantLock({ rootDir: world.rootDir, tenant, environment, worker: worker.worker }, () =>
    deployLocked(context, options, { memory, provenCode }),
  );
}

async function deployLocked(
  context: TenantContext,
  options: DeployOptions,
  { memory, provenCode }: { readonly memory: LiveMemory; readonly provenCode: ProvenCode },
): Promise<DeployResult> {
  const startedAt = context.world.now();
  const commit = await context.scope.commit();
  const { plan, problems, split } = await readPlan(context, {
    scope: 'declared',
    force: options.force ?? false,
    takeOver: options.takeOver ?? false,
    takeOverSplit: options.takeOverSplit,
    strategy: options.strategy,
    verifyBefore: options.verify === false ? 'never' : options.verifyBefore,
    provenCode,
    commit: commit === null || commit.dirty ? null : commit.sha,
    memory,
  });
  const interrupted = await reportInterrupted(context, plan.live);
  const error = blindSpot(plan) ?? preflightError(context.worker.tenant, problems);
  if (error !== null) throw error;
  tellWarnings(context, [...bundleFindings(plan.release), ...problems.map(({ finding }) => finding)]);
  const url = await urlOf(context);
  const verify = options.verify ?? true;
  if (plan.steps.length === 0) {
    if (split === null) await memory.keep(plan.live, true);
    return unchanged(context, plan, { url, startedAt, verify, interrupted, split });
  }
  const agreed = await (options.confirm?.(planResult(context, { plan, problems, url }, describeStep)) ??
    true);
  if (!agreed) {
    throw new ConfigError('USAGE', 'Nothing was deployed: it was not confirmed.', {
      hint: 'Add --yes to deploy without the question.',
    });
  }
  const { message, tag } = options;
  const asked = { url, startedAt, verify, interrupted, message, tag };
  const result = await runPlan(context, plan, { kind: 'deploy', ...asked, memory });
  const { digest } = plan.release.bundle ?? {};
  if (result.health.verdict === 'healthy' && result.health.versionProven && digest !== undefined) {
    provenCode.add(digest);
  }
  return result;
}

/** What stops nothing and is worth knowing before it begins. */
function tellWarnings({ world, worker }: TenantContext, findings: readonly Finding[]): void {
  for (const { severity, message } of findings)
    if (severity === 'warning') world.emit({ type: 'notice', tenant: worker.tenant, message });
}

/** Nothing to do; a Worker that is not well is no success all the same. */
async function unchanged(
  context: TenantContext,
  plan: Plan,
  run: Pick<PlanRun, 'url' | 'startedAt' | 'verify' | 'interrupted'> & { readonly split: FoundSplit | null },
): Promise<DeployResult> {
  const versionId = plan.live.version?.id ?? null;
  const others = otherShares(plan, versionId);
  const health = await checkHealth(context, { url: run.url, versionId, verify: run.verify, attempts: 2 });
  const overtaken = await overtakenBy(context, plan, health);
  const sick =
    health.verdict === 'unhealthy'
      ? new HealthError(
          'HEALTH_FAILED',
          `Nothing had to be deployed, but ${context.worker.scriptName} is not well: ${health.message}.`,
          {
            hint: `Ask ${health.url ?? 'the Worker'} yourself, and look at the Worker's logs.`,
            details: { verdict: health.verdict, attempts: health.attempts },
          },
        )
      : null;
  // Nothing to upload, and yet not what the files say: a script must not take it for a success.
  const unfinished = run.split === null || isLeftToOthers(plan) ? null : splitError(run.split);
  return {
    ...resultBase(context, plan, run),
    ...(overtaken === null
      ? { status: 'unchanged', endState: others.length === 0 ? 'live' : 'live-partly', leftovers: others }
      : {
          status: 'failed',
          endState: overtaken instanceof ConflictError ? 'untouched' : 'unknown',
          leftovers: [],
        }),
    versionId,
    steps: [],
    health,
    gradual: run.split === null ? null : shownGradual(context),
    calls: context.calls(),
    durationMs: context.world.now() - run.startedAt,
    record: null,
    recordError: null,
    error: (overtaken ?? sick ?? unfinished)?.toJSON() ?? null,
  };
}

/**
 * Where any answer was not what it should be, somebody may have deployed since the look: then theirs is live, and not what
 * the files say, even if an edge that has not heard of it answers in the end. Null when nobody did.
 */
async function overtakenBy(
  { api, worker }: TenantContext,
  { release, live }: Plan,
  { verdict, attempts, message }: HealthReport,
): Promise<DeployError | null> {
  const isWell = verdict === 'healthy' && attempts === 1;
  if (isWell || verdict === 'skipped' || worker.dispatchNamespace !== null) return null;
  const look = { reader: api.reader, worker: release.worker, basedOn: live.deployment, run: '' };
  return checkUnchanged(look).then(
    () => null,
    (error: Error) =>
      error instanceof ConflictError
        ? error
        : new DeployError(
            'DEPLOY_INCOMPLETE',
            `Nothing had to be deployed, but ${worker.scriptName} did not answer as it should at once (${message}), and what is live could not be read again: ${error.message}`,
            { hint: 'Look at what is live with cf-deploy status, then run the command again.', cause: error },
          ),
  );
}

/** A split that somebody left: what is as the files want it has not all of the traffic. */
function otherShares({ live, release }: Plan, versionId: string | null): readonly string[] {
  const shares = (live.deployment?.versions ?? []).filter(
    (share) => share.versionId !== versionId && share.percentage > 0,
  );
  return shares.map(
    (share) =>
      `version ${share.versionId} of Worker ${release.worker.scriptName}: has ${share.percentage} % of the traffic`,
  );
}
