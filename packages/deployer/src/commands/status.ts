import type { HealthReport } from '../health/report.ts';
import { asDeployError, type DeployError, type ErrorJson } from '../errors.ts';
import { getSettings } from '../cloudflare/scripts.ts';
import type { Deployment, VersionSummary } from '../cloudflare/shapes.ts';
import { getVersion, listNewestVersions } from '../cloudflare/versions.ts';
import { listDeployments } from '../cloudflare/deployments.ts';
import { skippedHealth } from '../health/watch.ts';
import type { StoredRecord } from '../records/file-store.ts';
import { isTenantLocked } from '../records/lock.ts';
import { checkHealth } from '../apply/check-health.ts';
import type { GradualSummary } from '../store/gradual.ts';
import { shownGradual } from '../session/gradual.ts';
import { type LiveMemory, NO_MEMORY, WITHOUT_TRAFFIC } from '../sections/live-memory.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { urlOf } from '../session/public-url.ts';
import { workerMissing } from '../sections/worker-missing.ts';
import { failureOfError, type TargetCommand } from './command.ts';
import { largestShare } from '../sections/live.ts';

/** How one target stands. */
export interface StatusResult {
  readonly tenant: string;
  /** Name of the shared Worker that the tenant takes; null for one of its own. */
  readonly worker: string | null;
  readonly environment: string | null;
  readonly scriptName: string;
  readonly url: string | null;
  readonly exists: boolean;
  readonly deployment: {
    readonly id: string;
    readonly createdOn: string;
    readonly author: string | null;
    readonly source: string | null;
    readonly versions: readonly { readonly versionId: string; readonly percentage: number }[];
  } | null;
  /** Where it is a script of a dispatch namespace, which has no versions. */
  readonly dispatchNamespace: string | null;
  /** Where the last gradual deploy stands that is known here. */
  readonly gradual: GradualSummary | null;
  /** The newest version, when it was uploaded and has no traffic. */
  readonly undeployed: {
    readonly versionId: string;
    readonly createdOn: string | null;
    readonly author: string | null;
  } | null;
  /** What could not be read, a sentence each: it may be there, and is not said above. */
  readonly unknown: readonly string[];
  /** What nobody looked at, because no list of the account shows it. */
  readonly notLookedAt: readonly string[];
  readonly health: HealthReport;
  readonly lastRecord: {
    readonly path: string;
    readonly status: string;
    readonly finishedAt: string | null;
  } | null;
  readonly error: ErrorJson | null;
}

/** A Worker that is found sick is a failure; one that nobody can tell of is not. */
export const statusCommand: TargetCommand<StatusResult> = {
  word: ({ error, exists, health }) => (error === null ? (exists ? health.verdict : 'absent') : 'failed'),
  failure: (result) => failureOfError(result) ?? (result.health.verdict === 'unhealthy' ? 1 : null),
  calls: () => 0,
  failed: ({ tenant, worker, environment, error }) => ({
    tenant,
    worker,
    environment,
    scriptName: '',
    url: null,
    exists: false,
    deployment: null,
    dispatchNamespace: null,
    gradual: null,
    undeployed: null,
    unknown: [],
    notLookedAt: [],
    health: skippedHealth('the account could not be read'),
    lastRecord: null,
    error,
  }),
};

/** What is live, who put it there, and whether it answers. Only reads. */
export async function statusTenant(
  context: TenantContext,
  memory: LiveMemory = NO_MEMORY,
): Promise<StatusResult> {
  const { worker, api } = context;
  if (worker.dispatchNamespace !== null) return dispatchedStatus(context);
  const known = await memory.recall();
  const [deployments, url, records, versions] = await Promise.all([
    known?.deployments ?? listDeployments(api.reader, worker.scriptName),
    urlOf(context),
    lastOf(context),
    known === null ? listNewestVersions(api.reader, worker.scriptName).catch((error: Error) => error) : [],
  ]);
  if (deployments === null) await checkMissing(context);
  const live = deployments?.[0] ?? null;
  const versionId = largestShare(live);
  const health =
    live === null
      ? skippedHealth('the Worker is not deployed')
      : await checkHealth(context, { url, versionId, verify: true, attempts: 1 });
  const author =
    live?.author ?? (known === null ? await authorOf(context, versionId) : (known.version?.author ?? null));
  const [last] = records;
  const gradual = gradualOf(context, live?.versions);
  return {
    tenant: worker.tenant,
    worker: worker.worker,
    environment: worker.environment,
    scriptName: worker.scriptName,
    url,
    exists: deployments !== null,
    deployment:
      live === null
        ? null
        : { id: live.id, createdOn: live.createdOn, author, source: live.source, versions: live.versions },
    dispatchNamespace: null,
    gradual: gradual instanceof Error ? null : gradual,
    undeployed: live === null || versions instanceof Error ? null : undeployedOf(versions, live.versions),
    unknown: [
      ...(live !== null && versions instanceof Error
        ? [`whether a version waits without traffic. ${versions.message}`]
        : []),
      ...(gradual instanceof Error ? [`whether a gradual deploy is under way. ${gradual.message}`] : []),
    ],
    notLookedAt: known === null ? [] : [WITHOUT_TRAFFIC],
    health,
    lastRecord: last === undefined ? null : await lastRecord(context, last),
    error: null,
  };
}

/** At night what is live matters more than the file that keeps releases. */
function gradualOf(
  context: TenantContext,
  shares: Deployment['versions'] | undefined,
): StatusResult['gradual'] | DeployError {
  try {
    return shownGradual(context, shares);
  } catch (error) {
    return asDeployError(error);
  }
}

/** @throws API_UNREACHABLE when the Worker exists although its deployments do not say so */
async function checkMissing(context: TenantContext): Promise<void> {
  const error = await workerMissing(context, `the deployments of Worker ${context.worker.scriptName}`, '');
  if (error.code !== 'WORKER_MISSING') throw error;
}

/** The newest version, when it has no traffic. */
function undeployedOf(
  [newest]: readonly VersionSummary[],
  shares: Deployment['versions'],
): StatusResult['undeployed'] {
  if (newest === undefined || shares.some(({ versionId }) => versionId === newest.id)) return null;
  return { versionId: newest.id, createdOn: newest.createdOn, author: newest.author };
}

/** A script in a dispatch namespace has neither versions nor deployments: it is there or not. */
async function dispatchedStatus(context: TenantContext): Promise<StatusResult> {
  const { worker, api } = context;
  const [settings, [last]] = await Promise.all([getSettings(api.reader, worker), lastOf(context)]);
  return {
    tenant: worker.tenant,
    worker: worker.worker,
    environment: worker.environment,
    scriptName: worker.scriptName,
    url: null,
    exists: settings !== null,
    deployment: null,
    dispatchNamespace: worker.dispatchNamespace,
    gradual: null,
    undeployed: null,
    unknown: [],
    notLookedAt: [],
    health: await checkHealth(context, {
      url: null,
      versionId: null,
      verify: settings !== null,
      attempts: 1,
    }),
    lastRecord: last === undefined ? null : await lastRecord(context, last),
    error: null,
  };
}

/** Its newest record: of a tenant with several Workers, that of this one. */
function lastOf({ world, worker }: TenantContext): Promise<readonly StoredRecord[]> {
  const { tenant, environment, scriptName } = worker;
  const options = { scriptName: worker.worker === null ? null : scriptName, most: 1 };
  return world.records.list(tenant, environment, options);
}

/** A record that says `running` while nobody holds the lock is one of a run that was killed. */
async function lastRecord(
  { world, worker }: TenantContext,
  { path, record }: StoredRecord,
): Promise<StatusResult['lastRecord']> {
  const { tenant, environment } = worker;
  const running = record.status === 'running';
  const killed =
    running &&
    !(await isTenantLocked({ rootDir: world.rootDir, tenant, environment, worker: worker.worker }));
  return { path, status: killed ? 'interrupted' : record.status, finishedAt: record.finishedAt };
}

async function authorOf({ api, worker }: TenantContext, versionId: string | null): Promise<string | null> {
  if (versionId === null) return null;
  const version = await getVersion(api.reader, worker.scriptName, versionId).catch(() => null);
  return version?.author ?? null;
}
