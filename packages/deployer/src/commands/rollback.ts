import { describeStep } from '../apply/registry.ts';
import type { DeployResult } from '../apply/result.ts';
import { ConfigError } from '../errors.ts';
import { skippedHealth } from '../health/watch.ts';
import type { Plan } from '../plan/plan.ts';
import { type PlanResult, planResult } from '../plan/result.ts';
import { withTenantLock } from '../records/lock.ts';
import { annotationsOf } from '../sections/live.ts';
import { refuseOtherTenant } from '../sections/owner.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { urlOf } from '../session/public-url.ts';
import { findAncestor, mustExist, type Ancestor } from './rollback/ancestor.ts';
import { findDispatched } from './rollback/dispatched.ts';
import { type LookUp, readFacts } from './rollback/facts.ts';
import { type Past, readPast } from './rollback/past.ts';
import { planBack } from './rollback/plan-back.ts';
import { settingsBefore } from './rollback/settings-before.ts';
import { decideWay, type Way } from './rollback/way.ts';
import { reportInterrupted } from './report-interrupted.ts';
import { resultBase, runPlan } from './run-plan.ts';

/** Where to, and how, one target is rolled back. */
export interface RollbackOptions {
  /**
   * Version to go back to; its beginning does, eight digits or more. In a dispatch namespace the digest of an upload.
   * @default the last one that had all traffic, runs other code than the live one, and was not found or left sick
   */
  readonly versionId?: string;
  /** Instead of `versionId`: the newest version made from this commit; its beginning does, seven digits or more. */
  readonly commit?: string;
  readonly message?: string;
  /** Go back to the version as it was, with the secrets it was uploaded with. @default false: today's secrets stay */
  readonly force?: boolean;
  /** What is not versioned (routes, crons, logs, …) comes back too, from the record of that deploy. @default false */
  readonly withSettings?: boolean;
  readonly verify?: boolean;
  /** Also a Worker that another tenant deployed. @default false; true where the Worker itself is named */
  readonly takeOver?: boolean;
  /** Asked once with the plan, before its first step; false stops it. */
  readonly confirm?: (plan: PlanResult) => Promise<boolean>;
  /** Which bound resources are looked up beforehand. @default 'all' */
  readonly lookUp?: LookUp;
}

/** How one target would be rolled back. */
interface Planned {
  readonly ancestor: Ancestor;
  readonly way: Way;
  readonly plan: Plan;
  /** The same by sending the kept upload again, for when Cloudflare refuses over a secret nobody saw change. */
  readonly otherwise: () => Promise<Planned>;
}

/**
 * Gives the traffic back to an earlier version, or uploads its code again with today's secrets, where Cloudflare would
 * refuse or bring old secrets back: a plan, which takes the same road as any other.
 * @throws RollbackError ROLLBACK_IMPOSSIBLE with the reason, before anything is changed
 */
export function rollbackTenant(context: TenantContext, options: RollbackOptions): Promise<DeployResult> {
  const { world, worker } = context;
  const { tenant, environment } = worker;
  return withTenantLock({ rootDir: world.rootDir, tenant, environment, worker: worker.worker }, () =>
    rollbackLocked(context, options),
  );
}

/**
 * What a rollback would do, and what it would leave as it is. Only reads.
 * @throws RollbackError ROLLBACK_IMPOSSIBLE with the reason
 */
export async function planRollbackTenant(
  context: TenantContext,
  options: RollbackOptions,
): Promise<PlanResult> {
  const { plan } = await planned(context, await readPast(context), options);
  return planResult(context, { plan, problems: [], url: await urlOf(context) }, describeStep);
}

async function rollbackLocked(context: TenantContext, options: RollbackOptions): Promise<DeployResult> {
  const { world } = context;
  const startedAt = world.now();
  const past = await readPast(context);
  const interrupted = await reportInterrupted(context, past.live);
  const first = await planned(context, past, options);
  const { ancestor, plan } = first;
  const url = await urlOf(context);
  if (plan.steps.length === 0) {
    return {
      ...resultBase(context, plan, { url, interrupted }),
      status: 'unchanged',
      endState: 'live',
      versionId: ancestor.versionId,
      steps: [],
      leftovers: [],
      health: skippedHealth('the version was live already'),
      gradual: null,
      calls: context.calls(),
      durationMs: world.now() - startedAt,
      record: null,
      recordError: null,
      error: null,
    };
  }
  const agreed = await (options.confirm?.(planResult(context, { plan, problems: [], url }, describeStep)) ??
    true);
  if (!agreed) throw new ConfigError('USAGE', 'Nothing was rolled back: it was not confirmed.');
  const { message, verify = true } = options;
  const run = ({ way, plan: agreedOn }: Planned): Promise<DeployResult> => {
    const back = way.kind === 'promote' ? {} : { back: ancestor };
    return runPlan(context, agreedOn, {
      kind: 'rollback',
      url,
      startedAt,
      message,
      verify,
      interrupted,
      ...back,
    });
  };
  const result = await run(first);
  if (!refusedOverSecrets(result)) return result;
  const second = await first.otherwise().catch(() => null);
  // Finding that there is no other way took calls too.
  if (second === null) return { ...result, calls: context.calls(), durationMs: world.now() - startedAt };
  world.emit({ type: 'notice', tenant: context.worker.tenant, message: REFUSED_OVER_SECRETS });
  return run(second);
}

/** A secret changed since, which is told only when it is tried. Source: code 10220. */
const SECRETS_CHANGED = 10_220;
const REFUSED_OVER_SECRETS =
  'Cloudflare refused because a secret changed since; the kept upload is sent again, with the secrets of today';

function refusedOverSecrets({ endState, error }: DeployResult): boolean {
  const codes = error?.details?.['apiCodes'];
  return endState === 'untouched' && Array.isArray(codes) && codes.includes(SECRETS_CHANGED);
}

async function planned(context: TenantContext, past: Past, options: RollbackOptions): Promise<Planned> {
  const { worker } = context;
  const {
    versionId,
    commit,
    force = false,
    withSettings = false,
    takeOver = false,
    lookUp = 'all',
  } = options;
  if (!takeOver) refuseOtherTenant(worker, annotationsOf(past.live));
  const find = worker.dispatchNamespace === null ? findAncestor : findDispatched;
  const ancestor = await find(context, past, { versionId, commit });
  mustExist(ancestor, worker.scriptName);
  const settings = withSettings ? await settingsBefore(context, ancestor) : null;
  const { live, today } = past;
  const planWay = async (way: Way): Promise<Planned> => ({
    ancestor,
    way,
    plan: await planBack(context, { live, today, ancestor, way, force, settings }),
    otherwise: async () =>
      planWay(
        decideWay({ ...(await readFacts(context, past, { ancestor, force, lookUp })), touched: 'yes' }),
      ),
  });
  if (isLive(past, ancestor)) return planWay({ kind: 'promote' });
  return planWay(decideWay(await readFacts(context, past, { ancestor, force, lookUp })));
}

function isLive({ live }: Past, { versionId }: Ancestor): boolean {
  const shares = live.deployment?.versions ?? [];
  return shares.length === 1 && shares[0]?.versionId === versionId;
}
