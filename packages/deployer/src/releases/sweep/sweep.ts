import pLimit from 'p-limit';
import type { DeployResult } from '../../apply/result.ts';
import type { Selection } from '../selection/selection.ts';
import { listScripts, type ListedScript } from '../../cloudflare/scripts.ts';
import { skippedHealth } from '../../health/watch.ts';
import { prepareRelease } from '../../plan/prepare.ts';
import { digestOf } from '../../sections/marker.ts';
import { openTenant, type TenantContext } from '../../session/tenant-context.ts';
import type { Run, World } from '../../session/world.ts';
import type { SeenTarget } from '../../store/release.ts';
import type { ReleaseStore } from '../../store/release-store.ts';
import { commandTarget } from '../for-many.ts';
import type { FleetMember } from '../selection/fleet-target.ts';
import { declaredLists, hasDeclaredLists } from './sweep-lists.ts';

/** What no list of an account shows; named in results, and looked at with `--full`. */
export const NOT_IN_LISTS = ['cron triggers', 'the workers.dev switch', 'options of workflows'] as const;

/** Targets at once that are compared with the lists: no calls, but files. */
const AT_ONCE = 8;
/** The list may say a little later than the deployment that it was changed by it, ms. */
const SLACK_MS = 2_000;

/** What the lists of the accounts tell of their Workers, against what is remembered of each. */
export interface Sweep {
  /**
   * Results of the targets that are as the last look left them, here and there. Whatever is not certain is left to a
   * look of its own.
   */
  unchanged(
    members: readonly FleetMember[],
    env: Selection['env'],
  ): Promise<ReadonlyMap<string, DeployResult>>;
  /** Told of each target that was looked at. */
  looked(context: TenantContext, result: DeployResult): Promise<void>;
  /** Remembers what was looked at; one list for each account in which something was deployed. */
  finish(): Promise<void>;
}

interface Account {
  /** As the run began, so before any target was looked at. */
  readonly scripts: ReadonlyMap<string, ListedScript>;
  readonly seen: ReadonlyMap<string, SeenTarget>;
}

/** Deployed targets whose row of the list is read when all is done. */
interface Deployed {
  readonly context: TenantContext;
  readonly result: DeployResult;
}

/** Begins a sweep; each account is read when the first of its targets asks. */
export function createSweep({
  world,
  run,
  store,
}: {
  readonly world: World;
  readonly run: Run;
  readonly store: ReleaseStore;
}): Sweep {
  const accounts = new Map<string, Promise<Account>>();
  const deployed: Deployed[] = [];
  const accountOf = ({ api, worker }: TenantContext): Promise<Account> => {
    const key = worker.accountId;
    const known = accounts.get(key) ?? readAccount(api.reader, store);
    accounts.set(key, known);
    return known;
  };
  return {
    async unchanged(members, env) {
      const limit = pLimit(AT_ONCE);
      const found = new Map<string, DeployResult>();
      const look = async (member: FleetMember): Promise<void> => {
        const context = await openTenant(world, run, commandTarget(member, env));
        const result = await ifUnchanged(context, await accountOf(context));
        if (result !== null) found.set(member.target, result);
      };
      // Whatever is wrong with a target or its token is told when it is looked at.
      await Promise.all(members.map((member) => limit(() => look(member).catch(() => undefined))));
      return found;
    },
    async looked(context, result) {
      if (context.worker.dispatchNamespace !== null || result.error !== null) return;
      if (result.status === 'deployed' && result.endState === 'live') deployed.push({ context, result });
      if (result.status !== 'unchanged') return;
      // Only a list from before the look proves that nothing came between the two.
      const account = await accounts.get(context.worker.accountId)?.catch(() => null);
      const script = account?.scripts.get(context.worker.scriptName);
      if (script !== undefined) store.remember([await seenTarget(context, script, result.versionId)]);
    },
    async finish() {
      const first = new Map(deployed.map((each) => [each.context.worker.accountId, each]));
      for (const [accountId, { context }] of first) {
        const scripts = await listScripts(context.recovery.reader).catch(() => []);
        const rows = new Map(scripts.map((script) => [script.name, script]));
        const own = deployed.filter(({ context: { worker } }) => worker.accountId === accountId);
        store.remember((await Promise.all(own.map((each) => afterDeploy(each, rows)))).flat());
      }
    },
  };
}

async function readAccount(reader: TenantContext['api']['reader'], store: ReleaseStore): Promise<Account> {
  const scripts = await listScripts(reader);
  return {
    scripts: new Map(scripts.map((script) => [script.name, script])),
    seen: new Map(store.seen(reader.accountId).map((target) => [target.scriptName, target])),
  };
}

/** The result of a target that is as it was remembered; null when anything differs or is not known. */
async function ifUnchanged(context: TenantContext, account: Account): Promise<DeployResult | null> {
  const { worker, world } = context;
  const startedAt = world.now();
  const seen = account.seen.get(worker.scriptName);
  const script = account.scripts.get(worker.scriptName);
  if (worker.dispatchNamespace !== null || seen === undefined || script === undefined) return null;
  if (seen.etag !== script.etag || seen.modifiedOn !== script.modifiedOn) return null;
  const now = await seenTarget(context, script, seen.versionId);
  if (now.wanted !== seen.wanted || now.lists !== seen.lists) return null;
  return {
    tenant: worker.tenant,
    environment: worker.environment,
    accountId: worker.accountId,
    scriptName: worker.scriptName,
    url: null,
    status: 'unchanged',
    endState: 'live',
    previousVersionId: seen.versionId,
    versionId: seen.versionId,
    changes: [],
    left: [],
    steps: [],
    leftovers: [],
    interrupted: [],
    health: skippedHealth('unchanged here, and by the lists of the account untouched there'),
    calls: context.calls(),
    durationMs: world.now() - startedAt,
    record: null,
    recordError: null,
    error: null,
  };
}

/**
 * A deployed target, when the list says that nothing came after its deployment: both times are the API's. Lists of the
 * account that have no time are remembered only by a run that compared them.
 */
async function afterDeploy(
  { context, result }: Deployed,
  rows: ReadonlyMap<string, ListedScript>,
): Promise<readonly SeenTarget[]> {
  const script = rows.get(context.worker.scriptName);
  const at = Date.parse(result.deployedAt ?? '');
  if (script === undefined || Number.isNaN(at) || hasDeclaredLists(context.worker)) return [];
  if (Date.parse(script.modifiedOn) > at + SLACK_MS) return [];
  return [await seenTarget(context, script, result.versionId)];
}

/** What is to be remembered of a target: what its files want, and what the lists say. */
async function seenTarget(
  context: TenantContext,
  script: ListedScript,
  versionId: string | null,
): Promise<SeenTarget> {
  const { worker } = context;
  const { desired } = await prepareRelease(context);
  const { keepVars, drift, secrets } = worker;
  return {
    accountId: worker.accountId,
    scriptName: worker.scriptName,
    wanted: digestOf({ desired, keepVars, drift, secrets }),
    etag: script.etag,
    modifiedOn: script.modifiedOn,
    lists: digestOf({ row: script.row, lists: await declaredLists(context) }),
    versionId,
  };
}
