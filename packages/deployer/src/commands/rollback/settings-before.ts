import { RollbackError } from '../../errors.ts';
import type { ResolvedWorker } from '../../resolve/resolved-worker.ts';
import type { TenantContext } from '../../session/tenant-context.ts';
import type { Ancestor } from './ancestor.ts';

/** What of a Worker belongs to no version. */
export type Unversioned = Pick<ResolvedWorker, 'triggers' | 'settings'>;

/**
 * What was not versioned when the older version was deployed last, as the record says.
 * @throws RollbackError ROLLBACK_IMPOSSIBLE when no record tells
 */
export async function settingsBefore(
  { world, worker }: TenantContext,
  { name, versionId, upload }: Ancestor,
): Promise<Unversioned> {
  const found = await world.records.find(
    worker.tenant,
    worker.environment,
    (record) =>
      record.scriptName === worker.scriptName &&
      (record.status === 'deployed' || record.status === 'unchanged') &&
      (record.unversioned ?? null) !== null &&
      (versionId === null ? record.artifact === upload : record.versionId === versionId),
  );
  const unversioned = found?.record.unversioned ?? null;
  if (unversioned !== null) return unversioned;
  throw new RollbackError(
    'ROLLBACK_IMPOSSIBLE',
    `No record here says which routes, crons and other settings there were with version ${name}.`,
    { hint: 'Leave --with-settings out: then they stay as they are. Or check its commit out and deploy it.' },
  );
}
