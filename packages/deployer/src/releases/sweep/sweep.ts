import pLimit from 'p-limit';
import type { DeployResult } from '../../apply/result.ts';
import type { Place } from '../selection/selection.ts';
import { asDeployError } from '../../errors.ts';
import { skippedHealth } from '../../health/watch.ts';
import { prepareRelease } from '../../plan/prepare.ts';
import { namesOf } from '../../resolve/worker-names.ts';
import { type LiveMemory, NO_MEMORY, NOT_IN_LISTS } from '../../sections/live-memory.ts';
import { freshReads, openTenant, type TenantContext } from '../../session/tenant-context.ts';
import type { CommandScope, World } from '../../session/world.ts';
import type { SeenTarget } from '../../store/release.ts';
import type { ReleaseStore } from '../../store/release-store.ts';
import { commandTarget } from '../selection/fleet-target.ts';
import type { FleetMember } from '../selection/fleet-target.ts';
import { type AccountView, viewAccount } from './account-view.ts';
import { listsDigest, memoryOf, onlyTold, wantedDigest } from './target-memory.ts';

/** Targets at once that are compared with the lists: no calls, but files. */
const AT_ONCE = 8;
/** Lists older than that are read again before something is done on their word, ms. */
const FRESH_MS = 30_000;
/** So many deployments of a run are looked at by the next one; more are looked at when the run ends. */
const LEFT_TO_NEXT = 100;

/** What the lists say of the targets of a release. */
export interface Swept {
  /** Results of the targets that are as the last look left them, here and there, by name. */
  readonly unchanged: ReadonlyMap<string, DeployResult>;
  /** Targets that are untouched there and changed here. */
  readonly known: number;
}

/** Nobody looked at lists. */
export const NOT_SWEPT: Swept = { unchanged: new Map(), known: 0 };

/** What the lists of the accounts tell of their Workers, against what is remembered of each. */
export interface Sweep {
  /** Holds the targets against the lists. Whatever is not certain is left to a look of its own. */
  unchanged(members: readonly FleetMember[], place: Place): Promise<Swept>;
  /** What is remembered of one target. @param full everything is to be read; it is only told */
  memory(context: TenantContext, full: boolean): LiveMemory;
  /** Looks at accounts in which so much was deployed that the next sweep would have to turn many pages. */
  finish(): Promise<void>;
}

/** An account in this run. */
interface Account {
  /** @param maxAge the view is made anew when it is older, ms @default 30 s */
  readonly view: (maxAge?: number) => Promise<AccountView>;
  /** Targets of it that were deployed in this run. */
  deployed: number;
}

/** Begins a sweep; each account is read when the first of its targets asks. */
export function createSweep({
  world,
  scope,
  store,
}: {
  readonly world: World;
  readonly scope: CommandScope;
  readonly store: ReleaseStore;
}): Sweep {
  const accounts = new Map<string, Account>();
  const accountOf = (context: TenantContext): Account => {
    const { accountId } = context.worker;
    const known = accounts.get(accountId) ?? openAccount(context, store);
    accounts.set(accountId, known);
    return known;
  };
  const untouched = async (context: TenantContext, maxAge?: number): Promise<SeenTarget | null> => {
    const view = await accountOf(context).view(maxAge);
    const seen = view.untouched.get(context.worker.scriptName);
    if (seen === undefined) return null;
    return (await listsDigest(context, view.lists)) === seen.lists ? seen : null;
  };
  return {
    async unchanged(members, place) {
      const limit = pLimit(AT_ONCE);
      const found = new Map<string, DeployResult>();
      let known = 0;
      const look = async (member: FleetMember): Promise<void> => {
        const context = await openTenant(world, scope, commandTarget(member, place));
        if (context.worker.dispatchNamespace !== null) return;
        const seen = await untouched(context, Infinity);
        if (seen === null) return;
        const same = seen.wanted === wantedDigest(await prepareRelease(context));
        if (same) found.set(member.target, unchangedResult(context, seen.versionId));
        else known += 1;
      };
      // Whatever is wrong with a target or its token is told when it is looked at.
      await Promise.all(members.map((member) => limit(() => look(member).catch(() => undefined))));
      return { unchanged: found, known };
    },
    memory(context, full) {
      if (context.worker.dispatchNamespace !== null) return NO_MEMORY;
      const account = accountOf(context);
      const memory = memoryOf(context, {
        store,
        view: account.view,
        untouched: () => untouched(context),
        onDeployed: () => void (account.deployed += 1),
      });
      return full ? onlyTold(memory) : memory;
    },
    async finish() {
      for (const { deployed, view } of accounts.values()) {
        if (deployed > LEFT_TO_NEXT) await view(-1).catch(() => undefined);
      }
    },
  };
}

/** The view of an account is shared until it is too old. */
function openAccount({ api, account, world }: TenantContext, store: ReleaseStore): Account {
  let current: Promise<AccountView> | undefined;
  let failedAt = -Infinity;
  let isTold = false;
  const tell = (error: unknown): void => {
    if (isTold) return;
    isTold = true;
    const { message } = asDeployError(error);
    world.emit({ type: 'notice', tenant: null, message: unreadable(api.reader.accountId, message) });
  };
  const read = (lists: TenantContext['account']): Promise<AccountView> => {
    const begunAt = world.now();
    const reading = viewAccount({ reader: api.reader, store, lists, now: world.now });
    current = reading;
    // What fails in here has nobody else to hear of it.
    reading.catch((error: unknown) => {
      failedAt = begunAt;
      tell(error);
    });
    return reading;
  };
  return {
    deployed: 0,
    async view(maxAge = FRESH_MS) {
      const before = current;
      if (before === undefined) return read(account);
      // Of a thousand targets not each one tries again what the token may not read.
      const readAt = await before.then((seen) => seen.readAt).catch(() => failedAt);
      // Somebody else may have asked meanwhile.
      if (world.now() - readAt <= maxAge) return before;
      return current === before || current === undefined ? read(freshReads()) : current;
    },
  };
}

function unreadable(accountId: string, why: string): string {
  return `the lists of account ${accountId} cannot be read (${why.replace(/\.$/, '')}), so every target of it is read by itself, with four calls or more each`;
}

/** The result of a target that is as it was remembered, here and there. */
function unchangedResult({ worker, calls }: TenantContext, versionId: string | null): DeployResult {
  return {
    ...namesOf(worker),
    url: null,
    status: 'unchanged',
    endState: 'live',
    previousVersionId: versionId,
    versionId,
    upload: null,
    changes: [],
    left: [],
    notLookedAt: NOT_IN_LISTS,
    steps: [],
    leftovers: [],
    interrupted: [],
    health: skippedHealth('unchanged here, and by the lists of the account untouched there'),
    gradual: null,
    calls: calls(),
    durationMs: 0,
    record: null,
    recordError: null,
    error: null,
  };
}
