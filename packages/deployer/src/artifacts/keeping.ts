import type { Keeping } from './artifact-store.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** How long artifacts are kept when nothing else is said. */
export const USUAL_KEEPING: Keeping = { maxAgeMs: 90 * DAY_MS, least: 10, most: 100 };

/** Which of one target's artifacts go: the oldest over the count, and those too old beyond the newest few. Pure. */
export function outdated<T extends { readonly at: number }>(
  artifacts: readonly T[],
  { maxAgeMs, least, most }: Keeping,
  now: number,
): readonly T[] {
  return artifacts
    .toSorted((a, b) => b.at - a.at)
    .filter(({ at }, index) => index >= most || (index >= least && now - at > maxAgeMs));
}
