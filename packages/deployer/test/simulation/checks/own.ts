import type { Command } from '../life.ts';
import type { Seen } from '../seen.ts';

/** What the command itself made. */
export function ownOf({ before, after, others }: Command): Pick<Seen, 'versions' | 'deployments'> {
  const made = (part: 'versions' | 'deployments'): readonly string[] => {
    const known = new Set([...before[part], ...madeByOthers(others.seen, part)]);
    return after[part].filter((id) => !known.has(id));
  };
  return { versions: made('versions'), deployments: made('deployments') };
}

function madeByOthers(seen: Command['others']['seen'], part: 'versions' | 'deployments'): readonly string[] {
  return seen === null ? [] : seen.after[part].filter((id) => !seen.before[part].includes(id));
}

/** Somebody may be served by that version. */
export function hasTraffic(seen: Seen, id: string): boolean {
  return seen.shares.some(({ versionId, percentage }) => versionId === id && percentage > 0);
}
