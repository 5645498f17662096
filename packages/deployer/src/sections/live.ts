import type { AccountReads } from '../cloudflare/account-reads.ts';
import type { ReadClient } from '../cloudflare/client/calls.ts';
import type { LiveDomain } from '../cloudflare/domains.ts';
import type { LiveQueue } from '../cloudflare/queues.ts';
import { listDeployments } from '../cloudflare/deployments.ts';
import { listScriptRoutes, type LiveRoute } from '../cloudflare/routes.ts';
import { getSettings } from '../cloudflare/scripts.ts';
import type { Deployment, LiveSettings, LiveVersion, VersionSummary } from '../cloudflare/shapes.ts';
import { getDeployedVersion, listNewestVersions } from '../cloudflare/versions.ts';
import type { LiveWorkflow } from '../cloudflare/workflows.ts';
import { DeployError } from '../errors.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import { isFirstOfTwo, readMarker, type Marker } from './marker.ts';
import { recoverMarker } from './recover-marker.ts';
import type { WorkerState } from './registry.ts';

/** Which parts are read: those the files declare, or also those somebody may have added. */
export type ReadScope = 'declared' | 'all';

/** What reading needs. */
export interface LiveOptions {
  readonly reader: ReadClient;
  readonly account: AccountReads;
  readonly worker: ResolvedWorker;
  readonly scope: ReadScope;
}

/** What versions, and in dispatch namespaces settings, say alike. */
export type Versioned = Pick<
  LiveVersion,
  'bindings' | 'compatibilityDate' | 'compatibilityFlags' | 'limits' | 'exports'
>;

/** Who made a version, from where, and what it says of itself. */
export type LiveVersionFacts = Pick<LiveVersion, 'id' | 'annotations' | 'author' | 'source' | 'createdOn'>;

/** What the account says about one Worker. */
export interface LiveWorker {
  /**
   * `applied`: as a run left it that read nothing but the deployment afterwards. `remembered`: as it was read or applied
   * some time ago; lists of the account show it untouched since.
   */
  readonly basis: 'read' | 'applied' | 'remembered';
  readonly exists: boolean;
  readonly state: WorkerState;
  /** Newest first; the first one is live. */
  readonly deployments: readonly Deployment[];
  readonly deployment: Deployment | null;
  /** The version with the largest share of traffic. */
  readonly version: LiveVersionFacts | null;
  /** In a dispatch namespace, which has no versions: digest of the kept upload that is live; null when nothing tells. */
  readonly upload: string | null;
  /** In a dispatch namespace: what the script says of its upload. Empty elsewhere; see {@link annotationsOf}. */
  readonly scriptAnnotations: Readonly<Record<string, string>>;
  /** The newest version, when it is known not to have any traffic. */
  readonly undeployed: VersionSummary | null;
  /** The newest versions, newest first, where reading it took their list. */
  readonly listed?: readonly VersionSummary[];
  /** All tags, foreign ones included. */
  readonly tags: readonly string[];
  readonly triggers: LiveTriggers;
}

/** Triggers as the API gave them: what a step needs to change them and to put them back. Empty where not read. */
export interface LiveTriggers {
  readonly routes: readonly LiveRoute[];
  /** Every custom domain of the account. */
  readonly domains: readonly LiveDomain[];
  /** Every queue of the account. */
  readonly queues: readonly LiveQueue[];
  /** Every workflow of the account. */
  readonly workflows: readonly LiveWorkflow[];
}

/**
 * The reads of one Worker, each made at most once, when a section first asks for it. They throw what the API throws;
 * who asks turns that into "unknown".
 */
export interface LiveReads {
  readonly reader: ReadClient;
  readonly account: AccountReads;
  readonly worker: ResolvedWorker;
  readonly scope: ReadScope;
  /** Whether there is such a Worker. @throws when neither of the two reads that tell could be made */
  exists(): Promise<boolean>;
  deployments(): Promise<readonly Deployment[]>;
  settings(): Promise<LiveSettings>;
  /** The version with the largest share of traffic; null when nothing is deployed. */
  version(): Promise<LiveVersion | null>;
  /** The live version, or settings where there are no versions. */
  versioned(): Promise<Versioned | null>;
  marker(): Promise<Partial<Marker> | null>;
  /** The newest version if it is another than the live one; null when the newest is live. */
  newer(): Promise<VersionSummary | null>;
  /** The newest versions, where something asked for their list. */
  listed(): Promise<readonly VersionSummary[]>;
  routes(): Promise<readonly LiveRoute[]>;
  domains(): Promise<readonly LiveDomain[]>;
  queues(): Promise<readonly LiveQueue[]>;
  workflows(): Promise<readonly LiveWorkflow[]>;
  /** What has been read of it so far, empty where it failed or nobody asked. */
  triggers(): Promise<LiveTriggers>;
}

/** Opens the reads of a Worker. Nothing is sent before a section asks. */
export function openLiveReads(options: LiveOptions): LiveReads {
  const { reader, account, worker } = options;
  const { scriptName } = worker;
  const dispatched = worker.dispatchNamespace !== null;
  const deployments = once(() => (dispatched ? Promise.resolve([]) : listDeployments(reader, scriptName)));
  const settings = once(() => getSettings(reader, worker));
  const routes = once(async () =>
    present(await listScriptRoutes(reader, scriptName), `the routes of Worker ${scriptName}`),
  );
  const newest = once(() => listNewestVersions(reader, scriptName));
  const triggers = {
    domains: once(() => account.domains(reader)),
    queues: once(() => account.queues(reader)),
    workflows: once(() => account.workflows(reader)),
  };
  const version = once(async () => {
    const [live] = present(await deployments(), `the deployments of Worker ${scriptName}`);
    const share = largestShare(live);
    if (share === null) return null;
    return present(
      await getDeployedVersion(reader, scriptName, share),
      `version ${share} of Worker ${scriptName}`,
    );
  });
  const reads: LiveReads = {
    ...options,
    exists: once(() => workerExists(dispatched ? [settings] : [deployments, settings])),
    deployments: async () => present(await deployments(), `the deployments of Worker ${scriptName}`),
    settings: async () => present(await settings(), `the settings of Worker ${scriptName}`),
    version,
    versioned: () => (dispatched ? reads.settings() : version()),
    marker: once(async () => {
      if (dispatched) return readMarker((await reads.settings()).annotations);
      const live = await version();
      if (live === null) return null;
      return readMarker(live.annotations) ?? recoverMarker(reader, { scriptName, version: live, newest });
    }),
    newer: once(async () => findNewer(reads, newest)),
    listed: newest.made,
    routes,
    ...triggers,
    triggers: async () => ({
      routes: await routes.made(),
      domains: await triggers.domains.made(),
      queues: await triggers.queues.made(),
      workflows: await triggers.workflows.made(),
    }),
  };
  return reads;
}

/** Id of the version that has most of the traffic; null without a deployment. */
export function largestShare(deployment: Pick<Deployment, 'versions'> | null | undefined): string | null {
  return deployment?.versions.toSorted((a, b) => b.percentage - a.percentage)[0]?.versionId ?? null;
}

/** What the live upload says of itself: its version does or, in a dispatch namespace, the script. */
export function annotationsOf({
  version,
  scriptAnnotations,
}: Pick<LiveWorker, 'version' | 'scriptAnnotations'>): Readonly<Record<string, string>> {
  return version?.annotations ?? scriptAnnotations;
}

/** The live version, where it can be gone back to; null also for a first upload that lacks bindings. */
export function wholeVersionOf({ version }: Pick<LiveWorker, 'version'>): string | null {
  return version === null || isFirstOfTwo(version.annotations) ? null : version.id;
}

/**
 * Whether a Worker is there, asked of two endpoints where the first says no.
 * @throws DeployError when one could not be read and none says that it is there
 */
export function isWorkerThere(
  reader: ReadClient,
  worker: Pick<ResolvedWorker, 'scriptName' | 'dispatchNamespace'>,
): Promise<boolean> {
  const settings = (): Promise<object | null> => getSettings(reader, worker);
  if (worker.dispatchNamespace !== null) return workerExists([settings]);
  return workerExists([settings, () => listDeployments(reader, worker.scriptName)]);
}

/**
 * It exists when any answer says so: an endpoint below it may say "no such Worker" of one that was made a moment ago.
 * It does not when one says so and none says otherwise. One after the other: what is read after the deployments is not
 * older than they are, so a plan never has new deployments beside settings from before somebody else's deploy.
 */
async function workerExists(reads: readonly (() => Promise<object | null>)[]): Promise<boolean> {
  const failures: unknown[] = [];
  for (const read of reads) {
    try {
      if ((await read()) !== null) return true;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return false;
}

/**
 * Settings show the newest version's annotations: the same run as the live version's is the same version. Otherwise
 * the list of versions tells.
 */
async function findNewer(
  reads: LiveReads,
  newestVersions: () => Promise<readonly VersionSummary[]>,
): Promise<VersionSummary | null> {
  const { worker } = reads;
  if (worker.dispatchNamespace !== null) return null;
  const [live, settings] = await Promise.all([reads.version(), reads.settings().catch(() => null)]);
  const run = settings === null ? undefined : readMarker(settings.annotations)?.run;
  if (live !== null && run !== undefined && run === readMarker(live.annotations)?.run) return null;
  const [newest] = await newestVersions();
  return newest === undefined || newest.id === live?.id ? null : newest;
}

function present<T>(answer: T | null, what: string): T {
  if (answer !== null) return answer;
  throw new DeployError('API_UNREACHABLE', `Could not read ${what}: the API says that there is none.`, {
    hint: 'Something made a moment ago can be invisible for some seconds; run the command again.',
  });
}

/** A read that is made once. `made` gives what it gave, an empty list when it failed or was never made. */
function once<T>(read: () => Promise<T>): (() => Promise<T>) & { made(): Promise<T | readonly never[]> } {
  let reading: Promise<T> | undefined;
  return Object.assign(() => (reading ??= read()), {
    made: async () => (reading === undefined ? [] : reading.catch(() => [])),
  });
}
