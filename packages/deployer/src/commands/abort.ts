import type { DeployResult } from '../apply/result.ts';
import { skippedHealth } from '../health/watch.ts';
import { isTenantLocked, withTenantLock, type LockedTenant } from '../records/lock.ts';
import { knownGradual, shownGradual } from '../session/gradual.ts';
import { withStore } from '../session/open-store.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { urlOf } from '../session/public-url.ts';
import type { GradualDeploy } from '../store/gradual.ts';
import type { ReleaseStore } from '../store/release-store.ts';
import {
  isRunElsewhere,
  openGradual,
  refuseOthersTraffic,
  runElsewhere,
  takeGradual,
} from './open-gradual.ts';
import { reportInterrupted } from './report-interrupted.ts';
import { resultBase, runPlan } from './run-plan.ts';
import { GIVEN_UP, hasAllTraffic, readTraffic, trafficPlan } from './traffic-plan.ts';

/** What may be asked of giving it up. */
export interface AbortOptions {
  readonly message?: string;
  /** False skips the health check of the old version. @default true */
  readonly verify?: boolean;
}

/** How long a run is waited for that was asked to take its traffic back, ms: it looks every two seconds. */
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 500;

/**
 * Gives all traffic back to the old version of a gradual deploy. A process that goes through it is asked to do that, and
 * waited for.
 * @throws ConfigError GRADUAL_UNKNOWN; ConflictError when somebody else moved the traffic, or the run does not stop
 */
export async function abortTenant(context: TenantContext, options: AbortOptions): Promise<DeployResult> {
  const { world, worker } = context;
  const { tenant, environment } = worker;
  return withStore(world, async (store) => {
    const gradual = openGradual(context);
    const locked = { rootDir: world.rootDir, tenant, environment, worker: worker.worker };
    if (isRunElsewhere(context, gradual)) await askToStop(context, { store, gradual, locked });
    return withTenantLock(locked, () => abortLocked(context, store, options));
  });
}

async function askToStop(
  { world }: TenantContext,
  of: { readonly store: ReleaseStore; readonly gradual: GradualDeploy; readonly locked: LockedTenant },
): Promise<void> {
  const { store, gradual, locked } = of;
  const { accountId, scriptName } = gradual;
  store.wishGradual(accountId, scriptName, 'abort');
  for (const until = world.now() + PATIENCE_MS; world.now() < until;) {
    await world.sleep(LOOK_EVERY_MS);
    const now = store.gradual(accountId, scriptName);
    // It goes through nothing any more, but it may still be writing its record.
    if ((now === null || now.runner === null) && !(await isTenantLocked(locked))) return;
  }
  throw runElsewhere(gradual);
}

async function abortLocked(
  context: TenantContext,
  store: ReleaseStore,
  { message, verify = true }: AbortOptions,
): Promise<DeployResult> {
  const startedAt = context.world.now();
  const live = await readTraffic(context);
  const interrupted = await reportInterrupted(context, live);
  const url = await urlOf(context);
  const known = knownGradual(context);
  if (known !== null && known.status === 'taken-back' && hasAllTraffic(live, known.oldVersionId)) {
    return takenBackAlready(context, { live, url, interrupted, startedAt, versionId: known.oldVersionId });
  }
  const gradual = openGradual(context);
  refuseOthersTraffic(context, store, { gradual, live });
  const { oldVersionId: targetId } = gradual;
  const steps = [{ kind: 'promote', versionId: targetId, force: true }] as const;
  // Whoever gives up the new version wants no visitors on it, also where the old one turns out to be no better.
  return runPlan(context, trafficPlan(context, live, { targetId, steps, stays: GIVEN_UP }), {
    kind: 'abort',
    url,
    startedAt,
    verify,
    interrupted,
    message,
    gradual: takeGradual(context, store, gradual),
  });
}

/** The run that was asked did it; it has a record of its own. */
function takenBackAlready(
  context: TenantContext,
  {
    live,
    url,
    interrupted,
    startedAt,
    versionId,
  }: {
    readonly live: Parameters<typeof trafficPlan>[1];
    readonly url: string | null;
    readonly interrupted: DeployResult['interrupted'];
    readonly startedAt: number;
    readonly versionId: string;
  },
): DeployResult {
  const plan = trafficPlan(context, live, { targetId: versionId, steps: [] });
  return {
    ...resultBase(context, plan, { url, interrupted }),
    status: 'deployed',
    endState: 'live',
    versionId,
    steps: [],
    leftovers: [],
    health: skippedHealth('the run that was asked gave the traffic back'),
    gradual: shownGradual(context),
    calls: context.calls(),
    durationMs: context.world.now() - startedAt,
    record: null,
    recordError: null,
    error: null,
  };
}
