import type { ReadClient } from '../cloudflare/client/calls.ts';
import { listNewestVersions } from '../cloudflare/versions.ts';
import type { LiveWorker } from '../sections/live.ts';
import { readMarker } from '../sections/marker.ts';
import type { RecordStore, StoredRecord } from './file-store.ts';

/** A deploy that was killed, and what of it arrived. */
export interface InterruptedRun {
  readonly path: string;
  readonly startedAt: string;
  readonly endState: 'untouched' | 'uploaded' | 'live';
  /** One sentence for people. */
  readonly message: string;
}

/**
 * Closes the records of runs that never ended: whoever holds the tenant's lock knows that none is running. The marker
 * in the version's message tells what arrived.
 */
export async function closeInterruptedRuns(options: {
  readonly store: RecordStore;
  readonly reader: ReadClient;
  readonly tenant: string;
  readonly environment: string | null;
  readonly scriptName: string;
  readonly live: LiveWorker;
  readonly now: () => number;
}): Promise<readonly InterruptedRun[]> {
  const records = await options.store.list(options.tenant, options.environment);
  const open = records.filter(({ record }) => record.status === 'running');
  if (open.length === 0) return [];
  const versions = await listNewestVersions(options.reader, options.scriptName);
  const liveIds = options.live.deployment?.versions.map(({ versionId }) => versionId) ?? [];
  const runs: InterruptedRun[] = [];
  for (const stored of open) {
    const uploaded = versions.find(
      ({ annotations }) => readMarker(annotations)?.run === stored.record.run,
    )?.id;
    const endState = uploaded === undefined ? 'untouched' : liveIds.includes(uploaded) ? 'live' : 'uploaded';
    runs.push(describe(stored, endState, uploaded));
    await options.store.rewrite(stored.path, {
      ...stored.record,
      status: 'interrupted',
      endState,
      versionId: uploaded ?? stored.record.versionId,
      finishedAt: new Date(options.now()).toISOString(),
    });
  }
  return runs;
}

function describe(
  { path, record }: StoredRecord,
  endState: InterruptedRun['endState'],
  uploaded: string | undefined,
): InterruptedRun {
  const became = {
    untouched: 'nothing of it arrived',
    uploaded: `version ${uploaded} was uploaded and has no traffic`,
    live: `version ${uploaded} is live; whether its triggers and health were finished is not known`,
  }[endState];
  return {
    path,
    startedAt: record.startedAt,
    endState,
    message: `The ${record.kind} started at ${record.startedAt} was interrupted: ${became}.`,
  };
}
