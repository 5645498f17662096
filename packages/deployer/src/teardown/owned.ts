import type { LiveDomain } from '../cloudflare/domains.ts';
import type { LiveConsumer, LiveQueue } from '../cloudflare/queues.ts';
import { listObjectClasses } from '../cloudflare/removal.ts';
import { listScriptRoutes, listZoneRoutes } from '../cloudflare/routes.ts';
import { patternHost, zoneCandidates, zoneMissingMessage } from '../cloudflare/zones.ts';
import type { LiveWorkflow } from '../cloudflare/workflows.ts';
import { DeployError } from '../errors.ts';
import type { LiveWorker } from '../sections/live.ts';
import { readWorker } from '../sections/state.ts';
import type { AccountReads } from '../cloudflare/account-reads.ts';
import type { ReadClient } from '../cloudflare/client/calls.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';

/** A route with what is needed to take it away. */
export interface OwnedRoute {
  readonly id: string;
  readonly zoneId: string;
  readonly pattern: string;
}

/** Everything in the account that is a Worker's, the Worker among it. */
export interface Owned {
  readonly live: LiveWorker;
  readonly consumers: readonly { readonly queue: LiveQueue; readonly consumer: LiveConsumer }[];
  readonly routes: readonly OwnedRoute[];
  readonly domains: readonly LiveDomain[];
  readonly workflows: readonly LiveWorkflow[];
  /** Durable Object classes with storage; it goes with the Worker. */
  readonly classes: readonly string[];
  /** What could not be read, so that nobody knows whether there is any. */
  readonly unknown: readonly { readonly what: string; readonly why: string; readonly error: DeployError }[];
}

/** What reading needs. The account's lists must be fresh: what was remembered from before a change is no evidence. */
export interface OwnedReads {
  readonly reader: ReadClient;
  readonly account: AccountReads;
  readonly worker: ResolvedWorker;
  /** Zones to look for routes in beside those of the files: where it had routes when last read. */
  readonly zones?: readonly string[];
}

/**
 * Reads what a Worker has, also when the Worker itself is gone and something of it was left. What cannot be read is in
 * `unknown`.
 * @throws when nothing tells whether the Worker exists, and for a token that is not good
 */
export async function readOwned(reads: OwnedReads): Promise<Owned> {
  const { reader, account, worker } = reads;
  const live = await readWorker({ reader, account, worker, scope: 'all' });
  const unknown: Owned['unknown'][number][] = [];
  const ask = async <T>(what: string, read: () => Promise<readonly T[]>): Promise<readonly T[]> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof DeployError) || error.code === 'CREDENTIALS_INVALID') throw error;
      unknown.push({ what, why: error.message, error });
      return [];
    }
  };
  if (worker.dispatchNamespace !== null) {
    return { live, consumers: [], routes: [], domains: [], workflows: [], classes: [], unknown };
  }
  const { scriptName } = worker;
  const queues = await ask('queue consumers', () => account.queues(reader));
  const domains = await ask('custom domains', () => account.domains(reader));
  const workflows = await ask('workflows', () => account.workflows(reader));
  const routes = await ask('routes', () => readRoutes(reads, live.exists));
  const classes = mayHaveObjects(worker, live)
    ? await ask('Durable Object classes', () => listObjectClasses(reader, scriptName))
    : [];
  return {
    live,
    consumers: queues.flatMap((queue) =>
      queue.consumers
        .filter((consumer) => isOwn(consumer, queue, worker))
        .map((consumer) => ({ queue, consumer })),
    ),
    routes,
    domains: domains.filter(({ service }) => service === scriptName),
    workflows: workflows.filter((workflow) => workflow.scriptName === scriptName),
    classes,
    unknown,
  };
}

/** A pull consumer names no Worker: it is this one's when its files declare it. */
function isOwn({ type, scriptName }: LiveConsumer, queue: LiveQueue, worker: ResolvedWorker): boolean {
  if (type !== 'http_pull') return scriptName === worker.scriptName;
  return (worker.triggers.queueConsumers ?? []).some(
    (declared) => declared.type === 'http_pull' && declared.queue === queue.name,
  );
}

/** In the zones that the Worker names while it is there, those of its files, and those it was last seen in. */
async function readRoutes(
  { reader, account, worker, zones: seen = [] }: OwnedReads,
  exists: boolean,
): Promise<readonly OwnedRoute[]> {
  const named = exists ? ((await listScriptRoutes(reader, worker.scriptName)) ?? []) : [];
  const zones = new Set<string>(seen);
  const there = new Set(named.map(({ pattern }) => pattern));
  for (const { pattern, zoneId, zoneName } of [...named, ...(worker.triggers.routes ?? [])]) {
    const id = zoneId ?? (await findZoneId(reader, account, { pattern, zoneName: zoneName ?? null }));
    if (id !== null) zones.add(id);
    // It is there, so its zone is: this token does not see it.
    else if (there.has(pattern)) {
      const { message, hint } = zoneMissingMessage(pattern);
      throw new DeployError('RESOURCE_MISSING', message, { hint });
    }
  }
  const routes: OwnedRoute[] = [];
  for (const zoneId of zones) {
    for (const { id, pattern, script } of await listZoneRoutes(reader, zoneId)) {
      if (script === worker.scriptName) routes.push({ id, zoneId, pattern });
    }
  }
  return routes;
}

async function findZoneId(
  reader: ReadClient,
  account: AccountReads,
  { pattern, zoneName }: { readonly pattern: string; readonly zoneName: string | null },
): Promise<string | null> {
  for (const name of zoneName === null ? zoneCandidates(patternHost(pattern)) : [zoneName]) {
    const zone = await account.zone(reader, name);
    if (zone !== null) return zone.id;
  }
  return null;
}

/** Storage is made by migrations, by exports, or was there before anybody declared it. */
function mayHaveObjects({ migrations, exports }: ResolvedWorker, live: LiveWorker): boolean {
  if (!live.exists) return false;
  const { migrations: tag, bindings } = live.state;
  const bound =
    bindings.known && Object.values(bindings.value).some(({ type }) => type === 'durable_object_namespace');
  return migrations.length > 0 || exports !== null || bound || !tag.known || tag.value !== null;
}
