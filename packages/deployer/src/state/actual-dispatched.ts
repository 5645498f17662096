import type { ReadClient } from '../cloudflare/client/calls.ts';
import { getDispatchedMigrationTag, getSettings } from '../cloudflare/scripts.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import { ABSENT, type Actual } from './absent.ts';
import { assetsOf, liveSettings, versionedState } from './live-state.ts';
import { readMarker } from './marker.ts';
import type { WorkerState } from './worker-state.ts';

/**
 * A Worker in a dispatch namespace has no versions, deployments or triggers: its settings say everything, the marker
 * included, in one call.
 */
export async function readDispatched(reader: ReadClient, worker: ResolvedWorker): Promise<Actual> {
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
