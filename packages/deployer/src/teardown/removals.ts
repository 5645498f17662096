import type { ReadClient, WriteClient } from '../cloudflare/client/calls.ts';
import { hasApiCode } from '../cloudflare/client/api-error.ts';
import { deleteDomain, putDomains, type LiveDomain } from '../cloudflare/domains.ts';
import { deleteConsumer, postConsumer, type LiveConsumer, type LiveQueue } from '../cloudflare/queues.ts';
import { deleteScript } from '../cloudflare/removal.ts';
import { deleteZoneRoute, postZoneRoute } from '../cloudflare/routes.ts';
import { deleteWorkflow } from '../cloudflare/workflows.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import { asWanted } from '../sections/parts/queue-consumers.ts';
import { wantedZone } from '../sections/parts/routes.ts';
import type { FoundData } from './data.ts';
import type { Owned, OwnedRoute } from './owned.ts';

/** What a removal works with. */
export interface RemovalContext {
  readonly reader: ReadClient;
  readonly writer: WriteClient;
}

/** One thing that is taken away, by name. */
export interface Removal {
  readonly kind:
    | 'queue-consumer'
    | 'route'
    | 'custom-domain'
    | 'worker'
    | 'cron'
    | 'secret'
    | 'durable-objects'
    | 'workflow'
    | 'data';
  /** `route example.com/*`. */
  readonly name: string;
  /** What is lost for good; null when nothing is. */
  readonly loses: string | null;
  /** Null: it goes with the Worker. */
  readonly work: RemovalWork | null;
}

/** How something is taken away. */
export interface RemovalWork {
  /** What leads to the Worker goes before it, so that what cannot be taken away is found while all can be put back. */
  readonly when: 'before' | 'worker' | 'after';
  readonly remove: (context: RemovalContext) => Promise<void>;
  /** Puts it back; null: nothing can. */
  readonly restore: ((context: RemovalContext) => Promise<void>) | null;
}

/** What is taken away of a Worker and of its data, in order. Pure. @param force although others refer to the Worker */
export function removalsOf(
  worker: ResolvedWorker,
  owned: Owned,
  { data, force }: { readonly data: readonly FoundData[]; readonly force: boolean },
): readonly Removal[] {
  const { live } = owned;
  return [
    ...owned.consumers.map(({ queue, consumer }) => consumerRemoval(queue, consumer)),
    ...owned.routes.map((route) => routeRemoval(worker, route)),
    ...owned.domains.map((domain) => domainRemoval(worker, domain, owned.domains)),
    ...(live.exists ? workerRemovals(worker, owned, force) : []),
    ...owned.workflows.map(({ name }): Removal => ({
      kind: 'workflow',
      name: `workflow ${name}`,
      loses: 'its instances',
      work: {
        when: 'after',
        remove: ({ writer }) => absentIsFine(NO_SUCH_WORKFLOW, () => deleteWorkflow(writer, name)),
        restore: null,
      },
    })),
    ...data.map((found): Removal => ({
      kind: 'data',
      name: found.resource.name,
      loses: 'all that is in it',
      work: { when: 'after', remove: ({ writer }) => found.remove(writer), restore: null },
    })),
  ];
}

/** Numbers that say that it is gone already. Source: error tables of the API. */
const NO_SUCH_WORKFLOW = 10200;
const NO_SUCH_ROUTE = 10009;
const NO_SUCH_CONSUMER = 11000;

function consumerRemoval(queue: LiveQueue, consumer: LiveConsumer): Removal {
  return {
    kind: 'queue-consumer',
    name: `consumer of queue ${queue.name}`,
    loses: null,
    work: {
      when: 'before',
      remove: ({ writer }) =>
        absentIsFine(NO_SUCH_CONSUMER, () => deleteConsumer(writer, queue, consumer.id)),
      restore: ({ writer }) => postConsumer(writer, queue, asWanted(consumer)),
    },
  };
}

function routeRemoval({ scriptName }: ResolvedWorker, { zoneId, id, pattern }: OwnedRoute): Removal {
  return {
    kind: 'route',
    name: `route ${pattern}`,
    loses: null,
    work: {
      when: 'before',
      remove: ({ writer }) => absentIsFine(NO_SUCH_ROUTE, () => deleteZoneRoute(writer, zoneId, id)),
      restore: ({ writer }) => postZoneRoute(writer, zoneId, { pattern, script: scriptName }),
    },
  };
}

function domainRemoval(
  { scriptName }: ResolvedWorker,
  domain: LiveDomain,
  all: readonly LiveDomain[],
): Removal {
  return {
    kind: 'custom-domain',
    name: `custom domain ${domain.hostname}`,
    loses: null,
    work: {
      when: 'before',
      remove: ({ writer }) => deleteDomain(writer, domain),
      // The call says them all; saying them twice changes nothing.
      restore: ({ writer }) =>
        putDomains(writer, scriptName, {
          takeOver: false,
          domains: all.map((each) => ({ hostname: each.hostname, ...wantedZone(each) })),
        }),
    },
  };
}

function workerRemovals(worker: ResolvedWorker, owned: Owned, force: boolean): readonly Removal[] {
  const { crons, secrets } = owned.live.state;
  const along = (kind: Removal['kind'], name: string, loses: string | null): Removal => ({
    kind,
    name,
    loses,
    work: null,
  });
  return [
    {
      kind: 'worker',
      name: `Worker ${worker.scriptName}`,
      loses: 'its versions, so nothing can be rolled back to',
      work: {
        when: 'worker',
        remove: ({ writer }) => deleteScript(writer, worker, force),
        restore: null,
      },
    },
    ...(crons.known ? crons.value : []).map((cron) => along('cron', `cron ${cron}`, null)),
    ...(secrets.known ? secrets.value : []).map((name) => along('secret', `secret ${name}`, 'its value')),
    ...owned.classes.map((name) =>
      along('durable-objects', `Durable Object class ${name}`, 'all its objects'),
    ),
  ];
}

async function absentIsFine(code: number, remove: () => Promise<void>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!hasApiCode(error, code)) throw error;
  }
}
