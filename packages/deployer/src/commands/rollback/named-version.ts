import type { VersionSummary } from '../../cloudflare/shapes.ts';
import { ConfigError, RollbackError } from '../../errors.ts';
import { commitOf } from '../../sections/marker.ts';

/** Fewest digits of a version's id that name it. */
export const PREFIX_DIGITS = 8;

/**
 * The version that an id or the beginning of one (eight digits or more) means.
 * @throws RollbackError ROLLBACK_IMPOSSIBLE when several begin so
 */
export function versionByPrefix(ids: readonly string[], wanted: string): string {
  const found = wanted.length < PREFIX_DIGITS ? [] : ids.filter((id) => id.startsWith(wanted.toLowerCase()));
  const [first] = found;
  if (found.length > 1)
    throw impossible(wanted, `several versions begin so: ${found.join(', ')}.`, 'Give more digits.');
  return first ?? wanted;
}

/** Fewest digits of a commit. */
const COMMIT = /^[0-9a-f]{7,64}$/i;

/** The commit in the form in which versions name it. @throws ConfigError USAGE for what is no commit */
export function commitPrefix(commit: string): string {
  if (COMMIT.test(commit)) return commit.toLowerCase();
  throw new ConfigError('USAGE', `${JSON.stringify(commit.slice(0, 80))} is not the name of a commit.`, {
    hint: 'Give its hexadecimal digits, seven or more: git log shows them.',
  });
}

/**
 * The newest version made from a commit, told by its annotations; null when none names it.
 * @param versions newest first
 * @throws ConfigError USAGE for what is no commit, or for the beginning of several
 */
export function versionOfCommit(versions: readonly VersionSummary[], commit: string): string | null {
  const wanted = commitPrefix(commit);
  const found = versions.filter(({ annotations }) => commitOf(annotations)?.startsWith(wanted) === true);
  const commits = new Set(found.map(({ annotations }) => commitOf(annotations)));
  if (commits.size > 1) {
    throw new ConfigError(
      'USAGE',
      `Versions of several commits begin with ${wanted}: ${[...commits].join(', ')}.`,
      { hint: 'Give more digits.' },
    );
  }
  return found[0]?.id ?? null;
}

/** A rollback that cannot be, before anything was changed. */
export function impossible(name: string, why: string, hint: string): RollbackError {
  return new RollbackError('ROLLBACK_IMPOSSIBLE', `Version ${name} cannot be rolled back to: ${why}`, {
    hint,
    details: { versionId: name },
  });
}
