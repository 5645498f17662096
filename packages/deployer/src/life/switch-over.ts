import type { DeployResult } from '../apply/result.ts';
import { listObjectClasses } from '../cloudflare/removal.ts';
import { deployTenant } from '../commands/deploy.ts';
import { destroyWorker, type DestroyResult } from '../commands/destroy.ts';
import { planTenant } from '../commands/plan.ts';
import { ConfigError, ConflictError, DeployError, type ErrorJson } from '../errors.ts';
import { firstUpload, firstUploadError } from '../commands/first-upload.ts';
import { circleError, neededScripts, orderWorkers } from '../releases/selection/worker-order.ts';
import { refuseFrozen } from '../releases/freeze.ts';
import { forgetSeen } from '../releases/sweep/forget-seen.ts';
import { openNamedTenant } from '../session/named-worker.ts';
import { expecting, freshReads, openTenant, type TenantContext } from '../session/tenant-context.ts';
import type { CommandScope, World } from '../session/world.ts';
import { handOver } from './hand-over.ts';
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
  scope: CommandScope,
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
    const after = await openTenant(world, scope, { tenant: to, ...env, ...worker });
    const named = { tenant: from, ...env, account: old.accountId, script: old.scriptName };
    const opened = await openNamedTenant(world, scope, named);
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
  const { circles } = orderWorkers(pairs, ({ after }) => after.worker);
  if (circles[0] !== undefined) throw circleError(circles[0].map(({ after }) => after.worker));
  for (const pair of pairs) {
    const { after, same } = pair;
    refuseFrozen(after.world, [after.worker.environment]);
    if (!same) await refuseState(pair);
    // They come one after another.
    const others = pairs.filter((each) => each.after.worker.accountId === after.worker.accountId);
    const coming = expecting(after, new Set(others.map((each) => each.after.worker.scriptName)));
    const plan = await planTenant(coming, { takeOver: true, force: same });
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
  }
}

/**
 * Durable Objects and Workflows live in their Worker: another one has none of their storage and of their instances.
 * @throws ConflictError naming them
 */
async function refuseState({ before, old }: Pair): Promise<void> {
  const { reader } = before.api;
  const classes = await listObjectClasses(reader, old.scriptName);
  const declared = (before.worker.triggers.workflows ?? []).map(({ name }) => name);
  const workflows = await freshReads()
    .workflows(reader)
    .then((all) => all.filter(({ scriptName }) => scriptName === old.scriptName).map(({ name }) => name))
    // A token may be barred from them where there are none.
    .catch(() => declared);
  const what = [
    ...(classes.length === 0 ? [] : [`Durable Objects with storage (${classes.join(', ')})`]),
    ...(workflows.length === 0 ? [] : [`Workflows with instances (${workflows.join(', ')})`]),
  ];
  if (what.length === 0) return;
  throw new ConflictError(
    'CONFLICT',
    `Worker ${old.scriptName} has ${what.join(' and ')}, which cannot go with it. Nothing was changed.`,
    {
      hint: `To rename the tenant, keep the Worker's name: write \`name\` "${old.scriptName}" into its overrides. To move it, add a second tenant in the other account, bring the data over with code of your own, then "cf-deploy tenant remove" the old one.`,
    },
  );
}

/** What stands in the way only until the old Worker lets go of it. */
const ENDS_WITH_OLD = new Set(['consumer-taken']);

/** What became of a switch, and why it stopped, where it did. */
export interface SwitchedOver {
  readonly switched: readonly SwitchedWorker[];
  readonly error: ErrorJson | null;
}

/**
 * Brings each Worker to where its files want it now: all are deployed beside the old ones without what leads to them,
 * proven, and given routes, custom domains and consumers; only then the old ones are destroyed, against that order. Each
 * step can be done again after a crash.
 */
export async function switchOver(pairs: readonly Pair[]): Promise<SwitchedOver> {
  const { order, begun } = orderWorkers(pairs, ({ after }) => after.worker);
  const done = new Map<Pair, { readonly deployed: DeployResult; readonly retired: DestroyResult | null }>();
  const end = (error: ErrorJson | null): SwitchedOver => ({
    switched: order.flatMap((pair) => {
      const one = done.get(pair);
      return one === undefined ? [] : [{ ...switchOf(pair), ...one }];
    }),
    error,
  });
  for (const pair of order) {
    forgetSeen(pair.after);
    forgetSeen(pair.before);
    const firsts = await beginCircle(pair, begun, order);
    if (firsts !== null) return end(firsts);
    const deployed = await deployNew(pair);
    done.set(pair, { deployed, retired: null });
    if (deployed.error !== null) return end(deployed.error);
  }
  const goingToo = pairs.map(({ old }) => old.scriptName);
  for (const pair of order.toReversed()) {
    const { deployed } = done.get(pair) ?? {};
    if (pair.same || deployed === undefined) continue;
    const retired = await retire(pair, goingToo);
    done.set(pair, { deployed, retired });
    if (retired.error !== null) return end(retired.error);
  }
  return end(null);
}

/** Uploads first what a Worker and others wait for in a circle of services. @returns why it could not */
async function beginCircle(
  pair: Pair,
  begun: ReadonlySet<Pair>,
  order: readonly Pair[],
): Promise<ErrorJson | null> {
  const scripts = neededScripts(pair.after.worker).map(({ script }) => script);
  const later = order.slice(order.indexOf(pair) + 1);
  for (const other of later.filter(
    (each) => begun.has(each) && scripts.includes(each.after.worker.scriptName),
  )) {
    const waiting = neededScripts(other.after.worker).flatMap(({ script, soft }) => (soft ? [script] : []));
    const own = order.map(({ after }) => after.worker.scriptName);
    const run = await firstUpload(
      other.after,
      waiting.filter((script) => own.includes(script)),
      { takeOver: true },
    );
    const error = run === null ? null : firstUploadError(run);
    if (error !== null) return error.toJSON();
  }
  return null;
}

function switchOf({ old, after }: Pair): Pick<SwitchedWorker, 'worker' | 'environment' | 'from' | 'to'> {
  const { worker, environment, accountId, scriptName } = old;
  const to = { accountId: after.worker.accountId, scriptName: after.worker.scriptName };
  return { worker, environment, from: { accountId, scriptName }, to };
}

async function deployNew({ after, before, same }: Pair): Promise<DeployResult> {
  if (same) return deployTenant({ ...after, account: freshReads() }, { force: true, takeOver: true });
  const alone = await deployTenant(withoutTriggers({ ...after, account: freshReads() }), {});
  if (alone.error !== null || !hasTriggers(after)) return alone;
  const isHere = before.worker.accountId.toLowerCase() === after.worker.accountId.toLowerCase();
  const giveBack = isHere ? await handOver(before, after.worker).catch(expected) : NOTHING_TO_GIVE_BACK;
  if (giveBack instanceof DeployError) return withoutWays(after, alone, giveBack);
  // What was read of the account before is not so any more.
  const whole = await deployTenant({ ...after, account: freshReads() }, { takeOver: true }).catch(expected);
  if (!(whole instanceof DeployError) && whole.error === null) return whole;
  await giveBack();
  return whole instanceof DeployError
    ? withoutWays(after, alone, whole)
    : withoutWays(after, { ...whole, versionId: whole.versionId ?? alone.versionId }, whole.error);
}

const NOTHING_TO_GIVE_BACK = (): Promise<void> => Promise.resolve();

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

function retire({ before }: Pair, goingToo: readonly string[]): Promise<DestroyResult> {
  const keeps = (): string => 'the Worker goes on with it elsewhere';
  return destroyWorker(before, { keeps, goingToo, takeOver: true, confirmTenant: before.worker.tenant });
}
