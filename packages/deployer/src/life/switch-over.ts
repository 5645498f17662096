import type { DeployResult } from '../apply/result.ts';
import { listObjectClasses } from '../cloudflare/removal.ts';
import { deployTenant } from '../commands/deploy.ts';
import { destroyWorker, type DestroyResult } from '../commands/destroy.ts';
import { planTenant } from '../commands/plan.ts';
import { ConfigError, ConflictError, DeployError } from '../errors.ts';
import { refuseFrozen } from '../releases/freeze.ts';
import { forgetSeen } from '../releases/sweep/forget-seen.ts';
import { openNamedTenant } from '../session/named-worker.ts';
import { freshReads, openTenant, type TenantContext } from '../session/tenant-context.ts';
import type { Run, World } from '../session/world.ts';
import { readTeardown } from '../teardown/plan.ts';
import type { Removal, RemovalContext } from '../teardown/removals.ts';
import { takeAway } from '../teardown/take-away.ts';
import type { DeployedWorker } from './deployed.ts';

/** One Worker that goes from one name or account to another. */
export interface SwitchedWorker {
  readonly worker: string | null;
  readonly environment: string | null;
  readonly from: { readonly accountId: string; readonly scriptName: string };
  readonly to: { readonly accountId: string; readonly scriptName: string };
  readonly deployed: DeployResult | null;
  /** Null while the old one is there, or where it is the same Worker. */
  readonly retired: DestroyResult | null;
}

/** A Worker before and after. */
interface Pair {
  readonly old: DeployedWorker;
  readonly before: TenantContext;
  readonly after: TenantContext;
  /** It keeps its name and account: only whose it is changes. */
  readonly same: boolean;
}

/** Opens each deployed Worker as it was and as it will be. */
export async function openPairs(
  world: World,
  run: Run,
  {
    from,
    to,
    deployed,
  }: { readonly from: string; readonly to: string; readonly deployed: readonly DeployedWorker[] },
): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (const old of deployed) {
    const env = { env: old.environment ?? '' };
    const worker = old.worker === null ? {} : { worker: old.worker };
    const after = await openTenant(world, run, { tenant: to, ...env, ...worker });
    const named = { tenant: from, ...env, account: old.accountId, script: old.scriptName };
    const opened = await openNamedTenant(world, run, named);
    const before = { ...opened, worker: { ...opened.worker, worker: old.worker } };
    const same = after.worker.accountId === old.accountId && after.worker.scriptName === old.scriptName;
    pairs.push({ old, before, after, same });
  }
  return pairs;
}

/**
 * Everything that would stop the switch, found with reads.
 * @throws DeployError with the first of it
 */
export async function checkPairs(pairs: readonly Pair[]): Promise<void> {
  for (const { after, before, same, old } of pairs) {
    refuseFrozen(after.world, [after.worker.environment]);
    const plan = await planTenant(after, { takeOver: true, force: same });
    const error = plan.findings.find(
      ({ severity, code }) => severity === 'error' && !ENDS_WITH_OLD.has(code),
    );
    if (error !== undefined) {
      throw new ConfigError(
        'CONFIG_INVALID',
        `${after.worker.scriptName} cannot be deployed there: ${error.message}`,
        {
          findings: plan.findings,
          ...(error.hint === undefined ? {} : { hint: error.hint }),
        },
      );
    }
    if (same) continue;
    const classes = await listObjectClasses(before.api.reader, old.scriptName);
    if (classes.length > 0) {
      throw new ConflictError(
        'CONFLICT',
        `Worker ${old.scriptName} has Durable Objects with storage (${classes.join(', ')}), which cannot go with it.`,
        {
          hint: 'Keep the Worker where it is: write its `name` into the overrides. Or save the objects and begin anew.',
        },
      );
    }
  }
}

/** What stands in the way only until the old Worker lets go of it. */
const ENDS_WITH_OLD = new Set(['consumer-taken']);

/**
 * Brings each Worker to where its files want it now: deployed beside the old one without what leads to it, proven, given
 * routes, custom domains and consumers, and then the old one is destroyed. Each step can be done again after a crash.
 */
export async function switchOver(pairs: readonly Pair[]): Promise<readonly SwitchedWorker[]> {
  const switched: SwitchedWorker[] = [];
  for (const pair of pairs) {
    forgetSeen(pair.after);
    forgetSeen(pair.before);
    const deployed = await deployNew(pair);
    const failed = deployed.error !== null;
    const retired = failed || pair.same ? null : await retire(pair);
    const { scriptName, accountId } = pair.after.worker;
    switched.push({
      worker: pair.old.worker,
      environment: pair.old.environment,
      from: { accountId: pair.old.accountId, scriptName: pair.old.scriptName },
      to: { accountId, scriptName },
      deployed,
      retired,
    });
    if (failed || (retired !== null && retired.error !== null)) break;
  }
  return switched;
}

async function deployNew({ after, before, same }: Pair): Promise<DeployResult> {
  if (same) return deployTenant(after, { force: true, takeOver: true });
  const alone = await deployTenant(withoutTriggers(after), {});
  if (alone.error !== null || !hasTriggers(after)) return alone;
  const detached = await detach(before).catch(expected);
  if (detached instanceof DeployError) return withoutWays(after, alone, detached);
  // What was read of the account before is not so any more.
  const whole = await deployTenant({ ...after, account: freshReads() }, { takeOver: true }).catch(expected);
  if (!(whole instanceof DeployError) && whole.error === null) return whole;
  await attachAgain(before, detached);
  return whole instanceof DeployError
    ? withoutWays(after, alone, whole)
    : withoutWays(after, { ...whole, versionId: whole.versionId ?? alone.versionId }, whole.error);
}

function expected(error: unknown): DeployError {
  if (error instanceof DeployError) return error;
  throw error;
}

/** The new Worker is there, and what leads to the old one could not be given to it: not all of it is as wanted. */
function withoutWays(
  { worker: { accountId, scriptName } }: TenantContext,
  deployed: DeployResult,
  error: DeployError | DeployResult['error'],
): DeployResult {
  const { endState, leftovers } = deployed;
  return {
    ...deployed,
    status: 'failed',
    endState: endState === 'unknown' ? endState : 'live-partly',
    leftovers: [...leftovers, `Worker ${scriptName} in ${accountId}: deployed, and nothing leads to it yet`],
    error: error instanceof DeployError ? error.toJSON() : error,
  };
}

/** What leads to a Worker is not declared: a deploy leaves it as it is. */
function withoutTriggers(context: TenantContext): TenantContext {
  const { workersDev, previewUrls, crons, workflows } = context.worker.triggers;
  const triggers = {
    workersDev,
    ...(previewUrls === undefined ? {} : { previewUrls }),
    ...(crons === undefined ? {} : { crons }),
    ...(workflows === undefined ? {} : { workflows }),
  };
  return { ...context, worker: { ...context.worker, triggers } };
}

function hasTriggers({ worker: { triggers } }: TenantContext): boolean {
  return [triggers.routes, triggers.customDomains, triggers.queueConsumers].some(
    (each) => (each ?? []).length > 0,
  );
}

/** Takes away what leads to the old Worker. @throws DeployError when it cannot; then all of it is there again */
async function detach(context: TenantContext): Promise<readonly Removal[]> {
  const { removals } = await readTeardown(context, { keeps: () => null });
  const leading = removals.filter(({ work }) => work?.when === 'before');
  const { outcomes, error } = await takeAway(leading, {
    context: clients(context.api),
    recovery: clients(context.recovery),
    signal: context.world.signal,
    exists: async () => true,
    onProgress: async () => {},
    onStep: () => {},
  });
  if (error !== null) throw error;
  return outcomes.map(({ removal }) => removal);
}

async function attachAgain(context: TenantContext, removals: readonly Removal[]): Promise<void> {
  for (const removal of removals.toReversed()) {
    await removal.work?.restore?.(clients(context.recovery)).catch((error: Error) => {
      const message = `could not put back ${removal.name}: ${error.message}`;
      context.world.emit({ type: 'notice', tenant: context.worker.tenant, message });
    });
  }
}

function clients({ reader, writer }: TenantContext['api']): RemovalContext {
  return { reader, writer };
}

function retire({ before }: Pair): Promise<DestroyResult> {
  const keeps = (): string => 'the Worker goes on with it elsewhere';
  return destroyWorker(before, { keeps, takeOver: true, confirmTenant: before.worker.tenant });
}
