import { DeployError } from '../errors.ts';
import type { VersionSummary } from '../cloudflare/shapes.ts';
import { openLiveReads, type LiveOptions, type LiveReads, type LiveWorker } from './live.ts';
import {
  SECTION_NAMES,
  SECTIONS,
  type SectionName,
  type SectionValues,
  type WorkerState,
} from './registry.ts';
import { readMarker } from './marker.ts';
import { known, unasked, unknown, type Reading, type Wanted } from './section.ts';

/** The state that the local files describe: every part is known. Pure. */
export function desiredState(wanted: Wanted): WorkerState {
  return mapSections((name) => known(SECTIONS[name].desired(wanted)));
}

/**
 * The state of a Worker that does not exist; parts that a first deploy does not list one by one are as `like` has them.
 */
export function absentState(like: WorkerState): WorkerState {
  return mapSections((name) => {
    const { absent } = SECTIONS[name];
    return absent === undefined ? like[name] : known(absent);
  });
}

/**
 * Reads what the account says: two waves of calls, each made once. A read that fails makes the parts that need it
 * unknown, with the reason.
 * @throws when nothing tells whether the Worker exists, and for a token that is not good
 */
export async function readWorker(options: LiveOptions): Promise<LiveWorker> {
  const reads = openLiveReads(options);
  if (!(await reads.exists())) return readAbsent(reads);
  const readings = await Promise.all(
    SECTION_NAMES.map(async (name) => [name, await readSection(name, reads)] as const),
  );
  const states = new Map<SectionName, Reading<SectionValues[SectionName]>>(readings);
  const state = Object.fromEntries(states) as WorkerState;
  const deployments = await reads.deployments().catch(() => []);
  const settings = await reads.settings().catch(() => null);
  const dispatched = options.worker.dispatchNamespace !== null;
  const undeployed = await findUndeployed(reads);
  const listed = await reads.listed();
  const scriptAnnotations = (dispatched ? settings?.annotations : null) ?? {};
  return {
    basis: 'read',
    exists: true,
    state,
    deployments,
    deployment: deployments[0] ?? null,
    version: dispatched ? null : await reads.version().catch(() => null),
    upload: readMarker(scriptAnnotations)?.artifact ?? null,
    scriptAnnotations,
    undeployed,
    ...(listed.length === 0 ? {} : { listed }),
    tags: settings?.tags ?? [],
    triggers: await reads.triggers(),
  };
}

async function findUndeployed(reads: LiveReads): Promise<VersionSummary | null> {
  const deployments = await reads.deployments().catch(() => []);
  if (deployments.length === 0) return null;
  const newer = await reads.newer().catch(() => null);
  const shares = deployments[0]?.versions ?? [];
  return shares.some(({ versionId }) => versionId === newer?.id) ? null : newer;
}

/** Of a Worker that does not exist, only what others own can be there: queues, domains, workflows of the same name. */
async function readAbsent(reads: LiveReads): Promise<LiveWorker> {
  const { triggers, dispatchNamespace } = reads.worker;
  if (dispatchNamespace === null) {
    await Promise.all([
      triggers.queueConsumers === undefined ? null : reads.queues(),
      triggers.workflows === undefined ? null : reads.workflows(),
    ]);
  }
  const { state, ...nothing } = unreadWorker('the Worker does not exist');
  return { ...nothing, exists: false, state: absentState(state), triggers: await reads.triggers() };
}

/** A Worker of which nothing has been read yet, as a start for those who need little of it. */
export function unreadWorker(why: string): LiveWorker {
  return {
    basis: 'read',
    exists: true,
    state: mapSections(() => unasked(why)),
    deployments: [],
    deployment: null,
    version: null,
    upload: null,
    scriptAnnotations: {},
    undeployed: null,
    tags: [],
    triggers: { routes: [], domains: [], queues: [], workflows: [] },
  };
}

async function readSection<K extends SectionName>(
  name: K,
  reads: LiveReads,
): Promise<Reading<SectionValues[K]>> {
  const { declared, read } = SECTIONS[name];
  if (reads.scope === 'declared' && declared !== undefined && !declared(reads.worker)) {
    return unasked('not declared');
  }
  try {
    return await read(reads);
  } catch (error) {
    if (!(error instanceof DeployError) || error.code === 'CREDENTIALS_INVALID') throw error;
    return unknown(error.message, error);
  }
}

/** Makes a state by a function of each part's name. */
function mapSections(make: <K extends SectionName>(name: K) => Reading<SectionValues[K]>): WorkerState {
  return Object.fromEntries(SECTION_NAMES.map((name) => [name, make(name)])) as WorkerState;
}
