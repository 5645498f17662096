import { LIST_LAG_MS } from '../../apply/lag.ts';
import type { AccountReads } from '../../cloudflare/account-reads.ts';
import type { ReadClient } from '../../cloudflare/client/calls.ts';
import { type DeployedTimes, listDeployedSince } from '../../cloudflare/deployed-times.ts';
import { listScripts, type ListedScript } from '../../cloudflare/scripts.ts';
import { fromRememberedText } from '../../sections/live-memory.ts';
import { digestOf } from '../../sections/marker.ts';
import { rowDiffers } from '../../sections/parts/settings.ts';
import type { AccountMark, SeenTarget } from '../../store/release.ts';
import type { ReleaseStore } from '../../store/release-store.ts';

/** A row may say a little later than the deployment that the Worker was changed by it, ms. */
const SLACK_MS = 2_000;

/** What the lists of an account say of the Workers that are remembered. */
export interface AccountView {
  /** By the clock of this machine. */
  readonly readAt: number;
  /** Those that nobody touched since they were remembered, by name. */
  readonly untouched: ReadonlyMap<string, SeenTarget>;
  /** Digests of the rows of all Workers, by name. */
  readonly rows: ReadonlyMap<string, string>;
  /** Shared lists that are as old as the view. */
  readonly lists: AccountReads;
}

/** What a look at an account needs. */
export interface ViewOptions {
  readonly reader: ReadClient;
  readonly store: ReleaseStore;
  readonly lists: AccountReads;
  readonly now: () => number;
}

/**
 * Reads the lists of an account and holds them against what is remembered: two calls, however many Workers there are,
 * unless many were deployed meanwhile. A Worker is untouched when no deployment came after the remembered one, which the
 * API tells, and its row is what it was, which shows whatever else the API lets it show. The others are forgotten.
 */
export async function viewAccount({ reader, store, lists, now }: ViewOptions): Promise<AccountView> {
  const { accountId } = reader;
  const seen = store.seen(accountId);
  const mark = store.mark(accountId);
  const readAt = now();
  const scripts = new Map((await listScripts(reader)).map((script) => [script.name, script]));
  const rows = new Map([...scripts].map(([name, script]) => [name, rowDigest(script)]));
  if (seen.length === 0) return { readAt, untouched: new Map(), rows, lists };
  const deployed = await listDeployedSince(reader, mark?.settled ?? 0);
  const untouched = new Map<string, SeenTarget>();
  for (const target of seen) {
    const script = scripts.get(target.scriptName);
    const same =
      script !== undefined && isStillLive(target, deployed, mark) && isSameRow(target, script, store);
    if (same) untouched.set(target.scriptName, target);
    else store.forget(accountId, target.scriptName);
  }
  store.noteRows(
    [...untouched.values()].flatMap(({ scriptName, row }) =>
      row === null ? [{ accountId, scriptName, row: rows.get(scriptName) ?? null }] : [],
    ),
  );
  store.setMark(accountId, nextMark(mark, { newest: deployed.newest, readAt }));
  return { readAt, untouched, rows, lists };
}

/** Whether the remembered deployment is still the last one. Pure. */
export function isStillLive(
  { scriptName, deployedOn }: Pick<SeenTarget, 'scriptName' | 'deployedOn'>,
  { times, reachesBack }: DeployedTimes,
  mark: AccountMark | null,
): boolean {
  const time = times.get(scriptName);
  if (time !== undefined) return time === deployedOn;
  return reachesBack && mark !== null && deployedOn < mark.settled;
}

function isSameRow(
  { accountId, scriptName, row, deployedOn }: SeenTarget,
  script: ListedScript,
  store: ReleaseStore,
): boolean {
  if (row !== null) return row === rowDigest(script);
  if (!(Date.parse(script.modifiedOn) <= deployedOn + SLACK_MS)) return false;
  const live = fromRememberedText(store.recall(accountId, scriptName) ?? '');
  return live !== null && live.state.settings.known && !rowDiffers(live.state.settings.value, script.row);
}

function rowDigest({ etag, modifiedOn, row }: ListedScript): string {
  return digestOf({ etag, modifiedOn, row });
}

/**
 * A list can be behind: what was deployed just before the newest deployment may not have been in it. So a while before
 * that is looked at again, until a later list shows nothing newer. Pure.
 */
export function nextMark(
  before: AccountMark | null,
  { newest, readAt }: Pick<AccountMark, 'newest' | 'readAt'>,
): AccountMark {
  if (before?.newest !== newest) return { newest, readAt, settled: newest - LIST_LAG_MS };
  const quiet = readAt - before.readAt >= LIST_LAG_MS;
  return { ...before, settled: quiet ? newest : newest - LIST_LAG_MS };
}
