import type { AccountReads } from '../cloudflare/account-reads.ts';
import type { ReadClient } from '../cloudflare/calls.ts';
import { listDeployments } from '../cloudflare/deployments.ts';
import { getSchedules } from '../cloudflare/schedules.ts';
import { getDispatchedMigrationTag, getMigrationTag, getSettings } from '../cloudflare/scripts.ts';
import type { Deployment, LiveSettings, LiveVersion } from '../cloudflare/shapes.ts';
import { getVersion } from '../cloudflare/versions.ts';
import { getWorkersDev } from '../cloudflare/workers-dev.ts';
import type { ResolvedWorker } from '../config/resolved-worker.ts';
import { NO_TRIGGERS, readTriggers, type LiveTriggers, type ReadScope } from './actual-triggers.ts';
import {
  canonicalExports,
  canonicalFields,
  canonicalObservability,
  canonicalPlacement,
  canonicalServices,
  ownTags,
} from './canonical.ts';
import { bindingRecord } from './desired.ts';
import { readMarker, type Marker } from './marker.ts';
import { recoverMarker } from './recover-marker.ts';
import type { WorkerState } from './worker-state.ts';

/** What the account says about one Worker. */
export interface Actual {
  readonly state: WorkerState;
  /** Newest first; the first one is live. */
  readonly deployments: readonly Deployment[];
  readonly deployment: Deployment | null;
  /** The version with the largest share of traffic. */
  readonly version: LiveVersion | null;
  /** All tags, foreign ones included. */
  readonly tags: readonly string[];
  readonly triggers: LiveTriggers;
}

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

/**
 * A Worker in a dispatch namespace has no versions, deployments or triggers: its settings say everything, the marker
 * included, in one call.
 */
async function readDispatched(reader: ReadClient, worker: ResolvedWorker): Promise<Actual> {
  const settings = await getSettings(reader, worker);
  if (settings === null) return ABSENT;
  const marker = readMarker(settings.annotations);
  const none = { known: false, why: 'Workers in a dispatch namespace have no triggers' } as const;
  const state: WorkerState = {
    exists: true,
    codeDigest: marker?.code ?? null,
    configDigest: marker?.config ?? null,
    ...versionedState(worker, settings, settings),
    settings: liveSettings(settings),
    assets: assetsOf(worker, marker),
    migrationTag: worker.migrations.length === 0 ? null : await getDispatchedMigrationTag(reader, worker),
    workersDev: none,
    crons: none,
    routes: none,
    customDomains: none,
    queueConsumers: none,
    workflows: none,
  };
  return { ...ABSENT, state, tags: settings.tags };
}

function liveSettings(settings: LiveSettings): WorkerState['settings'] {
  return {
    logpush: settings.logpush,
    observability: canonicalObservability(settings.observability),
    tail_consumers: canonicalServices(settings.tailConsumers),
    streaming_tail_consumers: canonicalServices(settings.streamingTailConsumers),
    tags: ownTags(settings.tags),
  };
}

function assetsOf(worker: ResolvedWorker, marker: Partial<Marker> | null): WorkerState['assets'] {
  const digest = marker?.assets;
  if (digest !== undefined) return { known: true, value: digest === null ? null : { digest } };
  return worker.assets === null
    ? { known: true, value: null }
    : { known: false, why: 'the live version carries no digest of its assets' };
}

const NOTHING = { known: false, why: 'the Worker does not exist' } as const;

/** A Worker that is not there. */
export const ABSENT: Actual = {
  state: {
    exists: false,
    codeDigest: null,
    configDigest: null,
    bindings: {},
    secrets: [],
    runtime: {},
    settings: {},
    assets: NOTHING,
    migrationTag: null,
    exports: null,
    workersDev: NOTHING,
    crons: NOTHING,
    routes: NOTHING,
    customDomains: NOTHING,
    queueConsumers: NOTHING,
    workflows: NOTHING,
  },
  deployments: [],
  deployment: null,
  version: null,
  tags: [],
  triggers: NO_TRIGGERS,
};

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

/** What versions and settings say alike. */
type Versioned = Pick<
  LiveVersion,
  'bindings' | 'compatibilityDate' | 'compatibilityFlags' | 'limits' | 'exports'
>;

/**
 * Placement and cache options are not in a version's answer; settings show those of the newest version, which is the
 * live one except after an unfinished deploy. The configuration digest covers that case.
 */
function versionedState(
  worker: ResolvedWorker,
  settings: LiveSettings,
  version: Versioned | null,
): Pick<WorkerState, 'bindings' | 'secrets' | 'runtime' | 'exports'> {
  const bindings = version?.bindings ?? [];
  return {
    bindings: bindingRecord(bindings, worker.scriptName),
    secrets: bindings
      .filter(({ type }) => type === 'secret_text' || type === 'secret_key')
      .map(({ name }) => name)
      .toSorted(),
    runtime: {
      compatibility_date: version?.compatibilityDate ?? null,
      compatibility_flags: (version?.compatibilityFlags ?? []).toSorted(),
      limits: canonicalFields(version?.limits),
      placement: canonicalPlacement(settings.placement),
      cache_options: canonicalFields(settings.cacheOptions),
    },
    exports: worker.exports === null ? null : canonicalExports(version?.exports ?? null),
  };
}
