import type { Deployment } from '../cloudflare/shapes.ts';
import type { ReadClient } from '../cloudflare/client/calls.ts';
import { listNewestVersions } from '../cloudflare/versions.ts';
import type { LiveWorker } from '../sections/live.ts';
import { readMarker } from '../sections/marker.ts';
import type { RecordStore } from './file-store.ts';
import type { DeploymentRecord } from './record.ts';

/** A run that was killed, and what of it arrived. */
export interface InterruptedRun {
  readonly path: string;
  readonly startedAt: string;
  readonly endState: 'untouched' | 'uploaded' | 'live' | 'live-partly' | 'unknown';
  /** One sentence for people. */
  readonly message: string;
}

/** What of a killed run was found. */
interface Found {
  readonly endState: InterruptedRun['endState'];
  readonly versionId: string | null;
  readonly words: string;
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
  /** The tenant may have other Workers, whose records are not this one's. */
  readonly several?: boolean;
  readonly live: LiveWorker;
  readonly now: () => number;
}): Promise<readonly InterruptedRun[]> {
  const open = await options.store.list(options.tenant, options.environment, {
    scriptName: options.several === true ? options.scriptName : null,
    status: 'running',
  });
  if (open.length === 0) return [];
  const versions = options.live.listed ?? (await listNewestVersions(options.reader, options.scriptName));
  const runs: InterruptedRun[] = [];
  for (const stored of open) {
    const { record, path } = stored;
    const uploaded = versions.find(({ annotations }) => readMarker(annotations)?.run === record.run)?.id;
    const found = whatArrived(record, {
      uploaded: uploaded ?? null,
      newest: versions[0]?.id,
      live: options.live,
    });
    runs.push({
      path,
      startedAt: record.startedAt,
      endState: found.endState,
      message: `The ${record.kind} started at ${record.startedAt} was interrupted: ${found.words}.`,
    });
    await options.store.rewrite(path, {
      ...record,
      status: 'interrupted',
      endState: found.endState,
      versionId: found.versionId ?? record.versionId,
      finishedAt: new Date(options.now()).toISOString(),
    });
  }
  return runs;
}

function whatArrived(
  record: DeploymentRecord,
  seen: {
    readonly uploaded: string | null;
    readonly newest: string | undefined;
    readonly live: LiveWorker;
  },
): Found {
  const { kind } = record;
  // A rollback may upload old code again; then it is told like a deploy.
  const moved = kind === 'rollback' ? seen.uploaded === null : kind === 'promote' || kind === 'abort';
  if (moved) return ofRollback(record, seen.live);
  if (kind === 'destroy') return ofDestroy(record, seen.live);
  return kind === 'secrets' ? ofSecrets(record, seen.newest) : ofDeploy(record, seen);
}

/** What moves traffic alone: its deployments carry the run's marker. */
function ofRollback({ run }: DeploymentRecord, { deployments }: LiveWorker): Found {
  const moved = movedBy(run, { deployments });
  if (moved === null) return { endState: 'untouched', versionId: null, words: 'nothing of it arrived' };
  const { isLive, versionId, words, deployment } = moved;
  return splitFound(deployment, isLive) ?? { endState: isLive ? 'live' : 'untouched', versionId, words };
}

/** The newest deployment with the marker of a run: whether it is live, and of what; null when there is none. */
function movedBy(
  run: DeploymentRecord['run'],
  { deployments }: Pick<LiveWorker, 'deployments'>,
): {
  readonly deployment: Deployment | undefined;
  readonly isLive: boolean;
  readonly versionId: string | null;
  readonly words: string;
} | null {
  const made = deployments.findIndex(({ annotations }) => readMarker(annotations)?.run === run);
  if (made === -1) return null;
  const deployment = deployments[made];
  const versionId = deployment?.versions[0]?.versionId ?? null;
  const words =
    made === 0
      ? `version ${versionId} is live; its health is not known`
      : `version ${versionId} was live, and something else is now`;
  return { deployment, isLive: made === 0, versionId, words };
}

/** The marker tells of the version or, where none was uploaded, of the deployment; the record's steps tell of the rest. */
function ofDeploy(
  { steps, run }: DeploymentRecord,
  { uploaded, live }: { readonly uploaded: string | null; readonly live: LiveWorker },
): Found {
  const own = steps.filter(({ kind }) => !VERSION_STEPS.has(kind));
  const named = (status: string): string =>
    own
      .filter((step) => step.status === status)
      .map(({ description }) => description)
      .join(', ');
  const [done, started, open] = [named('done'), named('started'), named('planned')];
  const rest = [
    ...(done === '' ? [] : [`done: ${done}`]),
    ...(started === '' ? [] : [`perhaps done: ${started}`]),
    ...(open === '' ? [] : [`not done: ${open}`]),
  ].join('; ');
  const also = rest === '' ? '' : `; ${rest}`;
  if (uploaded === null) {
    const moved = movedBy(run, live);
    const isLive = moved?.isLive === true;
    const began = rest !== '' && done + started !== '';
    const words = moved === null ? (began ? rest : 'nothing of it arrived') : `${moved.words}${also}`;
    const endState = withoutVersion({ done: isLive ? moved.words : done, started, open });
    return { endState, versionId: moved?.versionId ?? null, words };
  }
  const split = splitFound(live.deployment, true);
  if (split !== null && live.deployment?.versions.some(({ versionId }) => versionId === uploaded) === true) {
    return { ...split, versionId: uploaded, words: `${split.words}${also}` };
  }
  const isLive =
    live.deployment?.versions.some(
      ({ versionId, percentage }) => versionId === uploaded && percentage > 0,
    ) === true;
  if (!isLive) {
    const words = `version ${uploaded} was uploaded and has no traffic${also}`;
    const endState = started === '' ? (done === '' ? 'uploaded' : 'live-partly') : 'unknown';
    return { endState, versionId: uploaded, words };
  }
  const words = `version ${uploaded} is live; its health is not known${also}`;
  const endState = open === '' ? (started === '' ? 'live' : 'unknown') : 'live-partly';
  return { endState, versionId: uploaded, words };
}

/** A gradual deploy that was killed between two steps: who has how much, and how it is gone on with. */
function splitFound(deployment: Deployment | null | undefined, isLive: boolean): Found | null {
  const shares = (deployment?.versions ?? []).filter(({ percentage }) => percentage > 0);
  if (!isLive || shares.length < 2) return null;
  const words = shares
    .map(({ versionId, percentage }) => `version ${versionId} has ${percentage} %`)
    .join(', ');
  return {
    endState: 'live-partly',
    versionId: null,
    words: `${words} of the traffic; go on with "cf-deploy promote", or take it back with "cf-deploy abort"`,
  };
}

/** Of a run that uploaded nothing. What is noted as planned was not begun; what was begun may be done. */
function withoutVersion(steps: Readonly<Record<'done' | 'started' | 'open', string>>): Found['endState'] {
  const { done, started, open } = steps;
  if (done === '') return started === '' ? 'untouched' : 'unknown';
  if (open !== '') return 'live-partly';
  return started === '' ? 'live' : 'unknown';
}

/** What is there tells whether the Worker went; the steps tell of the rest. */
function ofDestroy({ steps }: DeploymentRecord, { exists }: LiveWorker): Found {
  const named = (status: string): string =>
    steps
      .filter((step) => step.status === status)
      .map(({ description }) => description)
      .join(', ');
  const [done, started] = [named('done'), named('started')];
  const words = [
    exists ? 'the Worker is there' : 'the Worker is gone',
    ...(done === '' ? [] : [`taken away: ${done}`]),
    ...(started === '' ? [] : [`perhaps taken away: ${started}`]),
  ].join('; ');
  if (done === '' && started === '' && exists) return { endState: 'untouched', versionId: null, words };
  return { endState: started === '' ? 'live-partly' : 'unknown', versionId: null, words };
}

/** Secrets carry no marker, and make a version. No version since: nothing arrived; else nobody knows whose it is. */
function ofSecrets({ previousVersionId }: DeploymentRecord, newest: string | undefined): Found {
  return newest === previousVersionId
    ? { endState: 'untouched', versionId: null, words: 'nothing of it arrived' }
    : { endState: 'unknown', versionId: null, words: 'whether it arrived is not known' };
}

/** Steps whose outcome the versions tell. */
const VERSION_STEPS: ReadonlySet<string> = new Set([
  'upload-assets',
  'upload-version',
  'upload-script',
  'stage',
  'check-version',
  'shift',
  'watch',
  'promote',
  'mark',
]);
