import type { AccountReads } from '../cloudflare/account-reads.ts';
import type { ReadClient } from '../cloudflare/client/calls.ts';
import type { LiveDomain } from '../cloudflare/domains.ts';
import type { LiveConsumer, LiveQueue } from '../cloudflare/queues.ts';
import { listScriptRoutes, type LiveRoute } from '../cloudflare/routes.ts';
import type { LiveWorkflow } from '../cloudflare/workflows.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import { CredentialsError } from '../errors.ts';
import type { Section, WorkerState } from './worker-state.ts';

/** Which triggers are read. */
export type ReadScope = 'declared' | 'all';

type TriggerSections = Pick<WorkerState, 'routes' | 'customDomains' | 'queueConsumers' | 'workflows'>;

/** The same as the API gave it: what a step needs to change it and to put it back. */
export interface LiveTriggers {
  readonly routes: readonly LiveRoute[];
  readonly domains: readonly LiveDomain[];
  /** Every queue of the account. */
  readonly queues: readonly LiveQueue[];
  /** Every workflow of the account. */
  readonly workflows: readonly LiveWorkflow[];
}

/** Nothing. */
export const NO_TRIGGERS: LiveTriggers = { routes: [], domains: [], queues: [], workflows: [] };

/**
 * Reads what makes the Worker reachable beside workers.dev and crons. A section that is not declared and not asked for,
 * or that the token may not read although nothing depends on it, is unknown; one that is declared must be readable.
 */
export async function readTriggers(options: {
  readonly reader: ReadClient;
  readonly account: AccountReads;
  readonly worker: ResolvedWorker;
  readonly scope: ReadScope;
}): Promise<{ readonly sections: TriggerSections; readonly live: LiveTriggers }> {
  const { reader, account, worker, scope } = options;
  const { triggers, scriptName } = worker;
  const section = <T>(declared: unknown, read: () => Promise<T>): Promise<Section<T>> =>
    readSection(declared !== undefined, scope, read);
  const [routes, domains, queues, workflows] = await Promise.all([
    section(triggers.routes, () => listScriptRoutes(reader, scriptName)),
    section(triggers.customDomains, async () =>
      (await account.domains(reader)).filter(({ service }) => service === scriptName),
    ),
    section(triggers.queueConsumers, () => account.queues(reader)),
    section(triggers.workflows, () => account.workflows(reader)),
  ]);
  return {
    sections: {
      routes: mapSection(routes, (found) => Object.fromEntries(found.map(({ pattern }) => [pattern, {}]))),
      customDomains: mapSection(domains, (found) =>
        Object.fromEntries(found.map(({ hostname }) => [hostname, {}])),
      ),
      queueConsumers: mapSection(queues, (found) => consumersOf(found, worker)),
      workflows: mapSection(workflows, (found) =>
        Object.fromEntries(
          found
            .filter((workflow) => workflow.scriptName === scriptName)
            .map(({ name, className }) => [name, { class_name: className }]),
        ),
      ),
    },
    live: {
      routes: valueOf(routes),
      domains: valueOf(domains),
      queues: valueOf(queues),
      workflows: valueOf(workflows),
    },
  };
}

/** The consumer of a queue that is this Worker's. A pull consumer names no Worker: it is ours when we declare it. */
export function isOwnConsumer(queue: LiveQueue, consumer: LiveConsumer, worker: ResolvedWorker): boolean {
  if (consumer.type !== 'http_pull') return consumer.scriptName === worker.scriptName;
  return (worker.triggers.queueConsumers ?? []).some(
    (wanted) => wanted.type === 'http_pull' && wanted.queue === queue.name,
  );
}

function consumersOf(
  queues: readonly LiveQueue[],
  worker: ResolvedWorker,
): Record<string, Readonly<Record<string, unknown>>> {
  return Object.fromEntries(
    queues.flatMap((queue) =>
      queue.consumers
        .filter((consumer) => isOwnConsumer(queue, consumer, worker))
        .map((consumer) => [
          queue.name,
          {
            type: consumer.type,
            ...consumer.settings,
            ...(consumer.deadLetterQueue === null ? {} : { dead_letter_queue: consumer.deadLetterQueue }),
          },
        ]),
    ),
  );
}

function mapSection<T, U>(section: Section<T>, map: (value: T) => U): Section<U> {
  return section.known ? { known: true, value: map(section.value) } : section;
}

function valueOf<T>(section: Section<readonly T[]>): readonly T[] {
  return section.known ? section.value : [];
}

async function readSection<T>(
  declared: boolean,
  scope: ReadScope,
  read: () => Promise<T>,
): Promise<Section<T>> {
  if (!declared && scope === 'declared') return { known: false, why: 'not declared' };
  try {
    return { known: true, value: await read() };
  } catch (error) {
    if (declared || !(error instanceof CredentialsError)) throw error;
    return { known: false, why: 'the token may not read it' };
  }
}
