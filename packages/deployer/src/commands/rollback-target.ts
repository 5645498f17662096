import type { LiveVersion, VersionSummary } from '../cloudflare/shapes.ts';
import { getVersion } from '../cloudflare/versions.ts';
import { ConfigError, RollbackError } from '../errors.ts';
import { commitOf } from '../sections/marker.ts';
import type { TenantContext } from '../session/tenant-context.ts';

/**
 * The version that an id or the beginning of one (eight digits or more) means.
 * @throws RollbackError ROLLBACK_IMPOSSIBLE when several begin so
 */
export function versionByPrefix(ids: readonly string[], wanted: string): string {
  const found = wanted.length < 8 ? [] : ids.filter((id) => id.startsWith(wanted.toLowerCase()));
  const [first] = found;
  if (found.length > 1)
    throw impossible(wanted, `several versions begin so: ${found.join(', ')}.`, 'Give more digits.');
  return first ?? wanted;
}

/** Fewest digits of a commit. */
const COMMIT = /^[0-9a-f]{7,64}$/i;

/**
 * The newest version made from a commit, told by its annotations.
 * @param versions newest first
 * @throws ConfigError USAGE for what is no commit; RollbackError ROLLBACK_IMPOSSIBLE when no version names it
 */
export function versionOfCommit(versions: readonly VersionSummary[], commit: string): string {
  if (!COMMIT.test(commit)) {
    throw new ConfigError('USAGE', `${JSON.stringify(commit.slice(0, 80))} is not the name of a commit.`, {
      hint: 'Give its hexadecimal digits, seven or more: git log shows them.',
    });
  }
  const wanted = commit.toLowerCase();
  const found = versions.filter(({ annotations }) => commitOf(annotations)?.startsWith(wanted) === true);
  const commits = new Set(found.map(({ annotations }) => commitOf(annotations)));
  const [newest] = found;
  if (commits.size > 1) {
    throw new ConfigError(
      'USAGE',
      `Versions of several commits begin with ${wanted}: ${[...commits].join(', ')}.`,
      {
        hint: 'Give more digits.',
      },
    );
  }
  if (newest !== undefined) return newest.id;
  throw new RollbackError(
    'ROLLBACK_IMPOSSIBLE',
    `None of the newest 100 versions, which are all Cloudflare deploys, was made from commit ${wanted}.`,
    { hint: 'Check the commit out and deploy it; "cf-deploy versions" lists what there is.' },
  );
}

/**
 * Finds out before trying whether Cloudflare would take the version back: among the newest 100, no Durable Object
 * migration since, no secret changed since unless forced. Source: Rollbacks, limits; code 10220.
 * @throws RollbackError ROLLBACK_IMPOSSIBLE
 */
export async function checkRollback(
  { worker, api }: TenantContext,
  options: {
    /** The version with most of the traffic; null when it could not be read. */
    readonly live: LiveVersion | null;
    readonly targetId: string;
    readonly usable: readonly string[];
    readonly force: boolean;
  },
): Promise<void> {
  const { live, targetId, usable, force } = options;
  const target = await getVersion(api.reader, worker.scriptName, targetId);
  if (target === null) {
    throw impossible(
      targetId,
      `Worker ${worker.scriptName} has no such version.`,
      '"cf-deploy versions" lists them.',
    );
  }
  if (!usable.includes(targetId)) {
    throw impossible(
      targetId,
      'it is not among the newest 100 versions, which are all Cloudflare deploys.',
      'Deploy its commit again instead.',
    );
  }
  if (live === null) return;
  if (target.migrationTag !== live.migrationTag) {
    throw impossible(
      targetId,
      `Durable Object migration ${live.migrationTag ?? '(none)'} came after it (it has ${target.migrationTag ?? 'none'}), and migrations cannot be undone.`,
      'Fix forward: deploy a new version that works with the migrated classes.',
    );
  }
  const lost = secretNames(live).filter((name) => !secretNames(target).includes(name));
  const gained = secretNames(target).filter((name) => !secretNames(live).includes(name));
  if (!force && lost.length + gained.length > 0) {
    throw impossible(
      targetId,
      `secrets changed since: ${[...lost, ...gained].join(', ')}.`,
      'Repeat with --force: the version then runs with the secrets it was uploaded with.',
    );
  }
}

function secretNames({ bindings }: LiveVersion): readonly string[] {
  return bindings.flatMap(({ type, name }) =>
    type === 'secret_text' || type === 'secret_key' ? [name] : [],
  );
}

function impossible(versionId: string, why: string, hint: string): RollbackError {
  return new RollbackError('ROLLBACK_IMPOSSIBLE', `Version ${versionId} cannot be rolled back to: ${why}`, {
    hint,
    details: { versionId },
  });
}
