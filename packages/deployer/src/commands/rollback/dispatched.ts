import { getSettings } from '../../cloudflare/scripts.ts';
import { ConfigError, RollbackError } from '../../errors.ts';
import type { StoredRecord } from '../../records/file-store.ts';
import { readMarker, shortDigest } from '../../sections/marker.ts';
import type { TenantContext } from '../../session/tenant-context.ts';
import { keptUpload } from '../keep-upload.ts';
import type { Ancestor, Wanted } from './ancestor.ts';
import { commitPrefix, impossible, PREFIX_DIGITS } from './named-version.ts';
import type { Past } from './past.ts';

/** A record of an upload into the namespace that went well. */
type Uploaded = StoredRecord & { readonly record: { readonly artifact: string } };

/**
 * What a rollback in a dispatch namespace goes back to. There are no versions there, so the records say what was live, and
 * the marker of the script what is.
 * @throws RollbackError ROLLBACK_IMPOSSIBLE when there is none; ConfigError USAGE
 */
export async function findDispatched(context: TenantContext, past: Past, wanted: Wanted): Promise<Ancestor> {
  const { versionId, commit } = wanted;
  if (versionId !== undefined && commit !== undefined) {
    throw new ConfigError('USAGE', 'A rollback goes to an upload or to a commit, not to both.');
  }
  const uploads = past.records
    .filter(isUpload)
    .filter(({ record }) => record.scriptName === context.worker.scriptName);
  const found =
    commit !== undefined
      ? ofCommit(uploads, commit)
      : versionId !== undefined
        ? named(uploads, versionId)
        : await lastWell(context, uploads);
  const { artifact, git } = found.record;
  return {
    name: artifact,
    versionId: null,
    version: null,
    usable: false,
    upload: artifact,
    commit: git?.dirty === false ? git.commit : null,
  };
}

function isUpload(stored: StoredRecord): stored is Uploaded {
  const { artifact, status } = stored.record;
  return typeof artifact === 'string' && status === 'deployed';
}

function named(uploads: readonly Uploaded[], wanted: string): Uploaded {
  const found = uploads.find(
    ({ record }) => wanted.length >= PREFIX_DIGITS && record.artifact.startsWith(wanted.toLowerCase()),
  );
  if (found !== undefined) return found;
  throw impossible(
    wanted,
    'no record here tells of such an upload, and a dispatch namespace keeps no versions.',
    'Name one by the first eight digits of `artifact` in its record, or leave --to out.',
  );
}

function ofCommit(uploads: readonly Uploaded[], commit: string): Uploaded {
  const wanted = commitPrefix(commit);
  const found = uploads.find(({ record: { git } }) => git?.dirty === false && git.commit.startsWith(wanted));
  if (found !== undefined) return found;
  throw new RollbackError('ROLLBACK_IMPOSSIBLE', `No upload of commit ${wanted} is recorded here.`, {
    hint: `Check it out and deploy it: git switch --detach ${wanted}.`,
  });
}

/** The newest upload of other code than the live one that was not found sick and not gone back from. */
async function lastWell(context: TenantContext, uploads: readonly Uploaded[]): Promise<Uploaded> {
  const { api, worker } = context;
  const settings = await getSettings(api.reader, worker);
  const live = readMarker(settings?.annotations ?? {});
  for (const [index, upload] of uploads.entries()) {
    const { artifact, health } = upload.record;
    if (artifact === live?.artifact || health?.verdict === 'unhealthy') continue;
    if (wasLeft(uploads, index)) continue;
    const kept = await keptUpload(context, artifact);
    const code = kept?.code?.digest;
    if (kept !== null && (code === undefined || shortDigest(code) !== live?.code)) return upload;
  }
  throw new RollbackError(
    'ROLLBACK_IMPOSSIBLE',
    `No earlier upload of Worker ${worker.scriptName} that was well, with other code, is kept here, and a dispatch namespace keeps no versions.`,
    { hint: 'Check the commit out that was well and deploy it.' },
  );
}

/** Somebody went back from it, and it was not deployed since. */
function wasLeft(uploads: readonly Uploaded[], index: number): boolean {
  const { artifact } = uploads[index]?.record ?? {};
  const newest = uploads.findIndex(({ record }) => record.artifact === artifact);
  return uploads[newest - 1]?.record.kind === 'rollback';
}
