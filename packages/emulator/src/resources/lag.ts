import { assumed } from '../api/behaviour.ts';
import type { Call } from '../api/endpoint.ts';

/** How far lists, and reads of a fresh version, are behind when the assumptions are switched. */
const LAG_MS = 2000;

/** Whether lists of Workers, versions and deployments show every write made before. */
export const LISTS_ARE_CURRENT = assumed(
  'lists-are-current',
  'Lists of Workers, versions and deployments show every write made before.',
  'They leave out what was written within the last two seconds.',
);

/** Whether a version can be read right after its upload. */
export const FRESH_VERSION_IS_READABLE = assumed(
  'fresh-version-is-readable',
  'A version can be read right after its upload.',
  'It is 100146 for two seconds.',
);

/** What a list shows: everything, or with switched assumption only what is old enough. */
export function settled<T>(call: Call, items: readonly T[], writtenOn: (item: T) => string): T[] {
  if (call.assumptions.hold(LISTS_ARE_CURRENT)) return [...items];
  return items.filter((item) => !isFresh(call, writtenOn(item)));
}

/** True when something was written a moment ago. */
export function isFresh(call: Call, writtenOn: string): boolean {
  return call.clock.now().getTime() - Date.parse(writtenOn) < LAG_MS;
}
