import type { LiveVersion } from '../cloudflare/shapes.ts';
import { getVersion } from '../cloudflare/versions.ts';
import { RollbackError } from '../errors.ts';
import type { LiveWorker } from '../sections/live.ts';
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

/**
 * Finds out before trying whether Cloudflare would take the version back: among the newest 100, no Durable Object
 * migration since, no secret changed since unless forced. Source: Rollbacks, limits; code 10220.
 * @throws RollbackError ROLLBACK_IMPOSSIBLE
 */
export async function checkRollback(
  { worker, api }: TenantContext,
  options: {
    readonly before: LiveWorker;
    readonly targetId: string;
    readonly usable: readonly string[];
    readonly force: boolean;
  },
): Promise<void> {
  const { before, targetId, usable, force } = options;
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
  const live = before.version;
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
