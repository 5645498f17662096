import { randomBytes } from 'node:crypto';
import type { DeployOptions, DeployResult } from '../deployer-api.ts';
import { withTenantLock } from '../records/lock.ts';
import { deploymentMessage, versionAnnotations } from '../apply/annotations.ts';
import { checkHealth } from '../apply/check-health.ts';
import { execute } from '../apply/execute.ts';
import type { Commit } from '../session/git.ts';
import { beginJournal } from '../apply/journal.ts';
import type { Plan } from '../plan/plan.ts';
import { isActedOn } from '../plan/plan-inputs.ts';
import { preflightError } from '../plan/preflight.ts';
import { missingSecrets } from '../plan/preflight/secrets.ts';
import { readPlan } from '../plan/read-plan.ts';
import { reportInterrupted } from './report-interrupted.ts';
import { toPlannedStep } from '../apply/registry.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { urlOf } from '../session/url-of.ts';

/**
 * Deploys one tenant: plan, check, record, run, verify. The one place that knows the order.
 * @throws DeployError for everything found before the first write; after it the result says what happened
 */
export function deployTenant(context: TenantContext, options: DeployOptions): Promise<DeployResult> {
  const { world, worker } = context;
  const { tenant, environment } = worker;
  return withTenantLock({ rootDir: world.rootDir, tenant, environment }, () =>
    deployLocked(context, options),
  );
}

async function deployLocked(context: TenantContext, options: DeployOptions): Promise<DeployResult> {
  const { world, worker } = context;
  const startedAt = world.now();
  const commit = await context.run.commit();
  const { plan, problems } = await readPlan(context, {
    scope: 'declared',
    force: options.force ?? false,
    takeOver: options.takeOver ?? false,
    commit: commit === null || commit.dirty ? null : commit.sha,
  });
  await reportInterrupted(context, plan.actual);
  const error = preflightError(worker.tenant, problems);
  if (error !== null) throw error;
  const url = await urlOf(context);
  if (plan.steps.length === 0) return unchanged(context, plan, { options, url, startedAt });
  return carryOut(context, plan, { options, url, startedAt, commit });
}

async function unchanged(
  context: TenantContext,
  plan: Plan,
  run: { readonly options: DeployOptions; readonly url: string | null; readonly startedAt: number },
): Promise<DeployResult> {
  const versionId = plan.actual.version?.id ?? null;
  const health = await checkHealth(context, {
    url: run.url,
    versionId,
    verify: run.options.verify ?? true,
    attempts: 2,
  });
  return {
    ...resultBase(context, plan, run.url),
    status: 'unchanged',
    endState: 'live',
    versionId,
    steps: [],
    leftovers: [],
    health,
    calls: context.calls(),
    durationMs: context.world.now() - run.startedAt,
    record: null,
    error: null,
  };
}

async function carryOut(
  context: TenantContext,
  plan: Plan,
  request: {
    readonly options: DeployOptions;
    readonly url: string | null;
    readonly startedAt: number;
    readonly commit: Commit | null;
  },
): Promise<DeployResult> {
  const { options, url, startedAt, commit } = request;
  const { worker, world } = context;
  const run = randomBytes(6).toString('hex');
  const annotations = versionAnnotations({
    desired: plan.release.desired,
    run,
    message: options.message,
    tag: options.tag,
    commit,
    upload: plan.upload,
  });
  const base = resultBase(context, plan, url);
  const journal = await beginJournal(context, {
    kind: 'deploy',
    run,
    startedAt,
    url,
    commit,
    message: options.message,
    previousVersionId: base.previousVersionId,
    changes: base.changes,
    steps: plan.steps
      .map(toPlannedStep)
      .map(({ kind, description }) => ({ kind, description, status: 'planned' })),
  });
  const executed = await execute(context, plan, {
    url,
    verify: options.verify ?? true,
    steps: {
      newSecrets: travellingSecrets(context, plan),
      versionAnnotations: annotations,
      deploymentMessage: deploymentMessage(options.message, run),
      run,
    },
  });
  const result = await journal.finish({
    ...base,
    ...executed,
    calls: context.calls(),
    durationMs: world.now() - startedAt,
  });
  world.emit({ type: 'notice', tenant: worker.tenant, message: `record: ${journal.path}` });
  return result;
}

function resultBase({ worker }: TenantContext, plan: Plan, url: string | null) {
  return {
    tenant: worker.tenant,
    environment: worker.environment,
    accountId: worker.accountId,
    scriptName: worker.scriptName,
    url,
    previousVersionId: plan.actual.version?.id ?? null,
    changes: plan.changes.filter((change) => isActedOn(worker, change)),
  };
}

function travellingSecrets({ worker, secretValue }: TenantContext, plan: Plan) {
  return Object.fromEntries(
    missingSecrets(worker.secrets.required, plan.actual.state.secrets).flatMap((name) => {
      const secret = secretValue(name);
      return secret === undefined ? [] : [[name, secret] as const];
    }),
  );
}
