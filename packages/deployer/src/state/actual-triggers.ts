import type { AccountReads } from '../cloudflare/account-reads.ts';
import type { ReadClient } from '../cloudflare/calls.ts';
import { listScriptRoutes } from '../cloudflare/routes.ts';
import type { ResolvedWorker } from '../config/resolved-worker.ts';
import { CredentialsError } from '../errors.ts';
import type { Section, WorkerState } from './worker-state.ts';

/** Which triggers are read. */
export type ReadScope = 'declared' | 'all';

type TriggerSections = Pick<WorkerState, 'routes' | 'customDomains' | 'queueConsumers' | 'workflows'>;

/**
 * Reads what makes the Worker reachable beside workers.dev and crons. A section that is not declared and not asked for,
 * or that the token may not read although nothing depends on it, is unknown; one that is declared must be readable.
 */
export async function readTriggers(options: {
  readonly reader: ReadClient;
  readonly account: AccountReads;
  readonly worker: ResolvedWorker;
  readonly scope: ReadScope;
}): Promise<TriggerSections> {
  const { reader, account, worker, scope } = options;
  const { triggers, scriptName } = worker;
  const section = <T>(declared: unknown, read: () => Promise<T>): Promise<Section<T>> =>
    readSection(declared !== undefined, scope, read);
  const [routes, customDomains, queueConsumers, workflows] = await Promise.all([
    section(triggers.routes, async () =>
      Object.fromEntries((await listScriptRoutes(reader, scriptName)).map(({ pattern }) => [pattern, {}])),
    ),
    section(triggers.customDomains, async () =>
      Object.fromEntries(
        (await account.domains(reader))
          .filter(({ service }) => service === scriptName)
          .map(({ hostname }) => [hostname, {}]),
      ),
    ),
    section(triggers.queueConsumers, () => readConsumers(reader, account, scriptName)),
    section(triggers.workflows, async () =>
      Object.fromEntries(
        (await account.workflows(reader))
          .filter((workflow) => workflow.scriptName === scriptName)
          .map(({ name, className }) => [name, { class_name: className }]),
      ),
    ),
  ]);
  return { routes, customDomains, queueConsumers, workflows };
}

async function readConsumers(
  reader: ReadClient,
  account: AccountReads,
  scriptName: string,
): Promise<Record<string, Readonly<Record<string, unknown>>>> {
  const queues = await account.queues(reader);
  return Object.fromEntries(
    queues.flatMap((queue) =>
      queue.consumers
        .filter((consumer) => consumer.scriptName === scriptName)
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
