import { LIST_LAG_MS } from '../apply/lag.ts';
import { DeployError } from '../errors.ts';
import { freshReads, type TenantContext } from '../session/tenant-context.ts';
import { findData } from './data.ts';
import { readOwned } from './owned.ts';
import type { Teardown } from './plan.ts';
import { removalsOf } from './removals.ts';
import type { RemovalOutcome } from './take-away.ts';

/** How things stand after something was to be taken away. */
export interface Remains {
  readonly endState: 'gone' | 'partly' | 'untouched' | 'unknown';
  /** What was to go and is gone, by name. */
  readonly removed: readonly string[];
  /** What was to go and is there, by name. */
  readonly leftovers: readonly string[];
  /** What stands for it when no step failed and not all is gone. */
  readonly error: DeployError;
}

/** Reads the account again; lists may lag, so what seems to be there is looked at twice. */
export async function lookForRemains(
  context: TenantContext,
  teardown: Teardown,
  outcomes: readonly RemovalOutcome[],
): Promise<Remains> {
  const { world, worker } = context;
  const wanted = teardown.removals.map(({ name }) => name);
  let there = await namesThere(context, teardown);
  if (there === null || wanted.some((name) => there?.has(name))) {
    await world.sleep(LIST_LAG_MS);
    there = await namesThere(context, teardown);
  }
  if (there === null) {
    const failed = outcomes.filter(({ status }) => status === 'failed' || status === 'left');
    return {
      endState: 'unknown',
      removed: [],
      leftovers: failed.map(({ removal, why }) => `${removal.name}: not known (${why ?? ''})`),
      error: incomplete(worker.scriptName, 'what is left of it could not be read'),
    };
  }
  const found = there;
  const leftovers = wanted.filter((name) => found.has(name));
  const reason = (name: string): string => {
    const why = outcomes.find(({ removal }) => removal.name === name)?.why ?? null;
    return why === null ? name : `${name}: ${why}`;
  };
  return {
    endState: leftovers.length === 0 ? 'gone' : leftovers.length === wanted.length ? 'untouched' : 'partly',
    removed: wanted.filter((name) => !found.has(name)),
    leftovers: leftovers.map(reason),
    error: incomplete(worker.scriptName, `${leftovers.join(', ')} is still there`),
  };
}

/** Names of what is there, as removals call it; null when a part that was to go cannot be read. */
async function namesThere(
  { recovery, worker }: TenantContext,
  teardown: Teardown,
): Promise<ReadonlySet<string> | null> {
  const { reader } = recovery;
  const account = freshReads();
  try {
    const zones = teardown.owned.routes.map(({ zoneId }) => zoneId);
    const owned = await readOwned({ reader, account, worker, zones });
    const wasUnknown = new Set(teardown.owned.unknown.map(({ what }) => what));
    if (owned.unknown.some(({ what }) => !wasUnknown.has(what))) return null;
    const data = [];
    for (const { resource } of teardown.data) {
      const found = await findData(reader, account, resource);
      if (found !== null) data.push(found);
    }
    return new Set(removalsOf(worker, owned, { data, force: false }).map(({ name }) => name));
  } catch {
    return null;
  }
}

function incomplete(scriptName: string, why: string): DeployError {
  return new DeployError('DEPLOY_INCOMPLETE', `Not all of ${scriptName} could be destroyed: ${why}.`, {
    hint: 'Run the command again: what is gone already is no error.',
  });
}
