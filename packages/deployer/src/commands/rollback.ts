import { listDeployableVersions } from '../cloudflare/versions.ts';
import type { DeployResult } from '../apply/result.ts';
import { ConfigError, RollbackError } from '../errors.ts';
import type { LiveVersion } from '../cloudflare/shapes.ts';
import { skippedHealth } from '../health/watch.ts';
import type { Step } from '../plan/step.ts';
import { withTenantLock } from '../records/lock.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { urlOf } from '../session/public-url.ts';
import { reportInterrupted } from './report-interrupted.ts';
import { defaultTarget, type DefaultTarget } from './default-target.ts';
import { checkRollback, versionByPrefix, versionOfCommit } from './rollback-target.ts';
import { resultBase, runPlan } from './run-plan.ts';
import { hasAllTraffic, readTraffic, trafficPlan, type LiveTraffic } from './traffic-plan.ts';

/** Where to, and how, one target is rolled back. */
export interface RollbackOptions {
  /**
   * Version to go back to.
   * @default the last one that had all traffic, is another release than the live one, and was not found or left sick
   */
  readonly versionId?: string;
  /** Instead of `versionId`: the newest version made from this commit; its beginning does, seven digits or more. */
  readonly commit?: string;
  readonly message?: string;
  /** Roll back although a secret changed since. */
  readonly force?: boolean;
  readonly verify?: boolean;
}

/**
 * Gives the traffic back to an earlier version: a plan of one step, which takes the same road as any other.
 * @throws RollbackError ROLLBACK_IMPOSSIBLE with the reason, before anything is changed
 */
export function rollbackTenant(context: TenantContext, options: RollbackOptions): Promise<DeployResult> {
  const { world, worker } = context;
  const { tenant, environment } = worker;
  return withTenantLock({ rootDir: world.rootDir, tenant, environment, worker: worker.worker }, () =>
    rollbackLocked(context, options),
  );
}

async function rollbackLocked(context: TenantContext, options: RollbackOptions): Promise<DeployResult> {
  const { world } = context;
  const startedAt = world.now();
  const { live, version, targetId, usable } = await readTarget(context, options);
  const interrupted = await reportInterrupted(context, live);
  const url = await urlOf(context);
  const force = options.force ?? false;
  const steps: readonly Step[] = hasAllTraffic(live, targetId)
    ? []
    : [{ kind: 'promote', versionId: targetId, force }];
  const plan = trafficPlan(context, live, { targetId, steps });
  if (plan.steps.length === 0) {
    return {
      ...resultBase(context, plan, { url, interrupted }),
      status: 'unchanged',
      endState: 'live',
      versionId: targetId,
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
  await checkRollback(context, { live: version, targetId, usable, force });
  const { message, verify = true } = options;
  return runPlan(context, plan, { kind: 'rollback', url, startedAt, message, verify, interrupted });
}

interface TargetRead {
  readonly live: LiveTraffic;
  readonly version: LiveVersion | null;
  readonly targetId: string;
  /** Ids of the versions Cloudflare still deploys. */
  readonly usable: readonly string[];
}

async function readTarget(
  context: TenantContext,
  { versionId: wanted, commit }: RollbackOptions,
): Promise<TargetRead> {
  if (wanted !== undefined && commit !== undefined) {
    throw new ConfigError('USAGE', 'A rollback goes to a version or to a commit, not to both.');
  }
  const { worker, api, world } = context;
  const live = await readTraffic(context);
  const usable = await listDeployableVersions(api.reader, worker.scriptName);
  const ids = usable.map(({ id }) => id);
  const named = commit === undefined ? wanted : versionOfCommit(usable, commit);
  const targetId =
    named === undefined
      ? chooseTarget(
          context,
          defaultTarget({
            deployments: live.deployments,
            versions: usable,
            records: await world.records.list(worker.tenant, worker.environment),
          }),
        )
      : versionByPrefix(ids, named);
  return { live, version: live.version, targetId, usable: ids };
}

/** Says which nearer versions were passed over, because that is not what "the one before" sounds like. */
function chooseTarget({ worker, world }: TenantContext, { versionId, passedOver }: DefaultTarget): string {
  const reasons = passedOver.map((other) => `${other.versionId}: ${other.why}`);
  if (versionId === null) {
    throw new RollbackError(
      'ROLLBACK_IMPOSSIBLE',
      passedOver.length === 0
        ? `Worker ${worker.scriptName} has no earlier version that had all traffic.`
        : `Worker ${worker.scriptName} has no earlier version to go back to unasked. ${reasons.join('. ')}.`,
      { hint: 'Name a version with --to; "cf-deploy versions" lists them.', details: { passedOver } },
    );
  }
  for (const reason of reasons) {
    world.emit({ type: 'notice', tenant: worker.tenant, message: `passed over version ${reason}` });
  }
  return versionId;
}
