import type { LiveVersion } from '../../cloudflare/shapes.ts';
import { getVersion } from '../../cloudflare/versions.ts';
import { ConfigError, RollbackError } from '../../errors.ts';
import type { DeploymentRecord } from '../../records/record.ts';
import { commitOf } from '../../sections/marker.ts';
import type { TenantContext } from '../../session/tenant-context.ts';
import { defaultTarget, markerOf, type DefaultTarget } from './default-target.ts';
import {
  commitPrefix,
  impossible,
  PREFIX_DIGITS,
  versionByPrefix,
  versionOfCommit,
} from './named-version.ts';
import type { Past } from './past.ts';

/** What a rollback goes back to. */
export interface Ancestor {
  /** What people call it: the id of the version, in a dispatch namespace the digest of its upload. */
  readonly name: string;
  /** Null in a dispatch namespace, which has no versions. */
  readonly versionId: string | null;
  /** Null when Cloudflare no longer tells of it. */
  readonly version: LiveVersion | null;
  /** Cloudflare would still deploy it. */
  readonly usable: boolean;
  /** Digest of its upload as it is kept; null when nothing names one. */
  readonly upload: string | null;
  /** Commit it was made from. */
  readonly commit: string | null;
}

/** Which one is wanted. */
export interface Wanted {
  readonly versionId?: string | undefined;
  readonly commit?: string | undefined;
}

/**
 * Finds it: the one named, else the last one that was well.
 * @throws RollbackError ROLLBACK_IMPOSSIBLE when there is none; ConfigError USAGE
 */
export async function findAncestor(context: TenantContext, past: Past, wanted: Wanted): Promise<Ancestor> {
  const { versionId, commit } = wanted;
  if (versionId !== undefined && commit !== undefined) {
    throw new ConfigError('USAGE', 'A rollback goes to a version or to a commit, not to both.');
  }
  const id =
    commit === undefined
      ? await namedOrDefault(context, past, versionId)
      : await ofCommit(context, past, commit);
  return describe(context, past, id);
}

async function namedOrDefault(
  context: TenantContext,
  past: Past,
  wanted: string | undefined,
): Promise<string> {
  if (wanted === undefined)
    return chosen(context, defaultTarget({ ...past, deployments: past.live.deployments }));
  const id = versionByPrefix(
    past.versions.map((version) => version.id),
    wanted,
  );
  if (id !== wanted || wanted.length < PREFIX_DIGITS) return id;
  // Cloudflare lists the newest only; the records go further back.
  const recorded = await recordOf(
    context,
    ({ versionId }) => versionId?.startsWith(wanted.toLowerCase()) === true,
  );
  return recorded?.versionId ?? wanted;
}

async function ofCommit(context: TenantContext, { versions }: Past, commit: string): Promise<string> {
  const listed = versionOfCommit(versions, commit);
  if (listed !== null) return listed;
  const wanted = commitPrefix(commit);
  const recorded = await recordOf(
    context,
    ({ git, status, versionId, artifact }) =>
      status === 'deployed' &&
      versionId !== null &&
      git?.dirty === false &&
      git.commit.startsWith(wanted) &&
      typeof artifact === 'string',
  );
  const old = recorded?.versionId ?? null;
  if (old !== null) return old;
  throw new RollbackError(
    'ROLLBACK_IMPOSSIBLE',
    `None of the newest 100 versions, which are all Cloudflare deploys, was made from commit ${wanted}, and no upload of it is kept here.`,
    {
      hint: `Check it out and deploy it (git switch --detach ${wanted}); "cf-deploy versions" lists what there is.`,
    },
  );
}

async function describe(context: TenantContext, { versions }: Past, versionId: string): Promise<Ancestor> {
  const { worker, api } = context;
  const version = await getVersion(api.reader, worker.scriptName, versionId);
  const recorded = await recordOf(
    context,
    (record) => record.versionId === versionId && record.kind === 'deploy',
  );
  const marker = markerOf(version === null ? versions : [version, ...versions], versionId);
  return {
    name: versionId,
    versionId,
    version,
    usable: version !== null && versions.some(({ id }) => id === versionId),
    upload: marker?.artifact ?? recorded?.artifact ?? null,
    commit: commitOf(version?.annotations ?? {}) ?? marker?.commit ?? commitOfRecord(recorded),
  };
}

function commitOfRecord(record: DeploymentRecord | null): string | null {
  return record?.git?.dirty === false ? record.git.commit : null;
}

async function recordOf(
  { world, worker }: TenantContext,
  wanted: (record: DeploymentRecord) => boolean,
): Promise<DeploymentRecord | null> {
  const found = await world.records.find(
    worker.tenant,
    worker.environment,
    (record) => record.scriptName === worker.scriptName && wanted(record),
  );
  return found?.record ?? null;
}

/** Says which nearer versions were passed over, because that is not what "the one before" sounds like. */
function chosen({ worker, world }: TenantContext, { versionId, passedOver }: DefaultTarget): string {
  const reasons = passedOver.map((other) => `${other.versionId}: ${other.why}`);
  if (versionId === null) {
    throw new RollbackError(
      'ROLLBACK_IMPOSSIBLE',
      passedOver.length === 0
        ? `Worker ${worker.scriptName} has no earlier version that had all traffic.`
        : `Worker ${worker.scriptName} has no earlier version to go back to unasked. ${reasons.join('. ')}.`,
      { hint: 'Name a version with --to; "cf-deploy versions" lists them.', details: { passedOver } },
    );
  }
  for (const reason of reasons) {
    world.emit({ type: 'notice', tenant: worker.tenant, message: `passed over version ${reason}` });
  }
  return versionId;
}

/** @throws RollbackError ROLLBACK_IMPOSSIBLE */
export function mustExist({ name, version, upload }: Ancestor, scriptName: string): void {
  if (version !== null || upload !== null) return;
  throw impossible(name, `Worker ${scriptName} has no such version.`, '"cf-deploy versions" lists them.');
}
