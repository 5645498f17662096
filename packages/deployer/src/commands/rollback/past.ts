import { getSettings } from '../../cloudflare/scripts.ts';
import type { LiveVersion, VersionSummary } from '../../cloudflare/shapes.ts';
import { getVersion, listDeployableVersions } from '../../cloudflare/versions.ts';
import { RollbackError } from '../../errors.ts';
import type { StoredRecord } from '../../records/file-store.ts';
import { largestShare, type LiveWorker } from '../../sections/live.ts';
import { unreadWorker } from '../../sections/state.ts';
import type { TenantContext } from '../../session/tenant-context.ts';
import { readDeployments } from '../read-deployments.ts';

/** What a rollback knows of a Worker's past. */
export interface Past {
  /** What is live; of its parts nothing is read. */
  readonly live: LiveWorker;
  /** The version with most of the traffic; null when it could not be read, and in a dispatch namespace. */
  readonly today: LiveVersion | null;
  /** Those that Cloudflare deploys, newest first; none in a dispatch namespace. */
  readonly versions: readonly VersionSummary[];
  /** Newest first. */
  readonly records: readonly StoredRecord[];
}

/** Deployments looked at: the last that was well may lie before many that were not. */
const MOST_DEPLOYMENTS = 100;

/** Reads it. @throws RollbackError WORKER_MISSING */
export async function readPast(context: TenantContext): Promise<Past> {
  const { worker, api, world } = context;
  const records = await world.records.list(
    worker.tenant,
    worker.environment,
    worker.worker === null ? {} : { scriptName: worker.scriptName },
  );
  if (worker.dispatchNamespace !== null) return readDispatched(context, records);
  const deployments = await readDeployments(context, MOST_DEPLOYMENTS);
  const [active] = deployments;
  if (active === undefined) throw notDeployed(worker.scriptName);
  const share = largestShare(active);
  const [version, versions] = await Promise.all([
    share === null ? null : getVersion(api.reader, worker.scriptName, share),
    listDeployableVersions(api.reader, worker.scriptName),
  ]);
  const live = { ...unreadWorker(WHY), deployments, deployment: active, version, listed: versions };
  return { live, today: version, versions, records };
}

const WHY = 'a rollback compares nothing';

async function readDispatched({ api, worker }: TenantContext, records: Past['records']): Promise<Past> {
  const settings = await getSettings(api.reader, worker);
  if (settings === null) throw notDeployed(worker.scriptName);
  const live = { ...unreadWorker(WHY), scriptAnnotations: settings.annotations };
  return { live, today: null, versions: [], records };
}

function notDeployed(scriptName: string): RollbackError {
  return new RollbackError(
    'WORKER_MISSING',
    `Worker ${scriptName} is not deployed, so there is nothing to roll back.`,
    { hint: 'Deploy it first, or check tenant and environment.' },
  );
}
