import type { AccountReads } from '../cloudflare/account-reads.ts';
import type { ReadClient } from '../cloudflare/client/calls.ts';
import { listDeployments } from '../cloudflare/deployments.ts';
import { getSchedules } from '../cloudflare/schedules.ts';
import { getMigrationTag, getSettings } from '../cloudflare/scripts.ts';
import type { Deployment, LiveVersion } from '../cloudflare/shapes.ts';
import { getVersion } from '../cloudflare/versions.ts';
import { getWorkersDev } from '../cloudflare/workers-dev.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import { ABSENT, type Actual } from './absent.ts';
import { readDispatched } from './actual-dispatched.ts';
import { NO_TRIGGERS, readTriggers, type ReadScope } from './actual-triggers.ts';
import { assetsOf, liveSettings, versionedState } from './live-state.ts';
import { readMarker } from './marker.ts';
import { recoverMarker } from './recover-marker.ts';
import type { WorkerState } from './worker-state.ts';

/** What reading needs. */
export interface ActualOptions {
  readonly reader: ReadClient;
  readonly account: AccountReads;
  readonly worker: ResolvedWorker;
  /** `declared`: triggers the files declare. `all`: also those someone may have added. */
  readonly scope: ReadScope;
}

/**
 * Reads the live state: what does not depend on anything in one wave, then the live version. Bindings are those of the
 * version that has the traffic, not of the newest one, which settings show.
 */
export async function readActual(options: ActualOptions): Promise<Actual> {
  const { reader, worker } = options;
  if (worker.dispatchNamespace !== null) return readDispatched(reader, worker);
  const [deployments, settings, workersDev, crons] = await Promise.all([
    listDeployments(reader, worker.scriptName),
    getSettings(reader, { scriptName: worker.scriptName, dispatchNamespace: null }),
    getWorkersDev(reader, worker.scriptName),
    worker.triggers.crons === undefined && options.scope === 'declared'
      ? null
      : getSchedules(reader, worker.scriptName),
  ]);
  if (deployments === null || settings === null) return readAbsent(options);
  const deployment = deployments[0] ?? null;
  const [version, triggers] = await Promise.all([
    readLiveVersion(reader, worker, deployment),
    readTriggers(options),
  ]);
  const migrationTag = await readMigrationTag(reader, worker, version);
  const marker =
    version === null
      ? null
      : (readMarker(version.annotations) ?? (await recoverMarker(reader, worker.scriptName, version)));
  const state: WorkerState = {
    exists: true,
    codeDigest: marker?.code ?? null,
    configDigest: marker?.config ?? null,
    ...versionedState(worker, settings, version),
    settings: liveSettings(settings),
    assets: assetsOf(worker, marker),
    migrationTag,
    workersDev: { known: true, value: workersDev },
    crons: crons === null ? { known: false, why: 'not declared' } : { known: true, value: crons.toSorted() },
    ...triggers.sections,
  };
  return { state, deployments, deployment, version, tags: settings.tags, triggers: triggers.live };
}

/** Of a Worker that does not exist, only what others own can be there: queues, and workflows of the same name. */
async function readAbsent({ reader, account, worker }: ActualOptions): Promise<Actual> {
  const { queueConsumers, workflows } = worker.triggers;
  const [queues, taken] = await Promise.all([
    queueConsumers === undefined ? [] : account.queues(reader),
    workflows === undefined ? [] : account.workflows(reader),
  ]);
  return { ...ABSENT, triggers: { ...NO_TRIGGERS, queues, workflows: taken } };
}

function readLiveVersion(
  reader: ReadClient,
  worker: ResolvedWorker,
  deployment: Deployment | null,
): Promise<LiveVersion | null> {
  const live = deployment?.versions.toSorted((a, b) => b.percentage - a.percentage)[0];
  return live === undefined ? Promise.resolve(null) : getVersion(reader, worker.scriptName, live.versionId);
}

/** The version tells its tag where the API fills it in; the services endpoint always does, for one call more. */
async function readMigrationTag(
  reader: ReadClient,
  worker: ResolvedWorker,
  version: LiveVersion | null,
): Promise<string | null> {
  const newest = worker.migrations.at(-1)?.tag;
  if (newest === undefined || version?.migrationTag === newest) return newest ?? null;
  return getMigrationTag(reader, worker.scriptName);
}
