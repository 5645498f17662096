import { systemClock } from '../../clock.ts';
import type { Clock } from '../../clock.ts';
import type { ScriptDocument, VersionDocument } from '../../store/model/scripts.ts';
import type { Runtime, RuntimeView, WorkerLogEvent } from '../contract.ts';
import { versionOf } from '../routing/live-versions.ts';
import { findDestination } from '../routing/hosts.ts';
import { routeToVersion } from '../routing/route-request.ts';
import type { RouteQuestion } from '../routing/route-request.ts';
import { errorPage } from '../serving/error-pages.ts';
import { createServed } from '../serving/served.ts';
import type { Served } from '../serving/served.ts';
import { asError } from '../../as-error.ts';
import { createMemoryData } from './memory-data.ts';
import { readShape } from './read-shape.ts';

/** A request, and the version of a Worker that is to answer it. */
export interface Answering {
  request: Request;
  script: ScriptDocument;
  version: VersionDocument;
}

/** Options of {@link createDouble}. */
export interface DoubleOptions {
  readonly view: RuntimeView;
  /** Stamps log lines and ends KV values. @default the machine's clock */
  readonly clock?: Clock;
  /** Gives numbers from 0 to 1 for the traffic split. @default Math.random */
  readonly random?: () => number;
  /** Answers in the place of the version. What it throws is the Worker's exception. @default {@link ownWords} */
  readonly answer?: (answering: Answering) => Response | Promise<Response>;
}

/**
 * A runtime without workerd, for simulations of many lives: requests find their Worker and version by the same rules as
 * in the real one, but no code is run. The answer is made from the version that would have answered. What a script
 * exports is read off its text. KV is in memory; SQL, Durable Objects, queues' consumers and WebSockets do not run.
 */
export function createDouble(options: DoubleOptions): Runtime {
  const { view, clock = systemClock } = options;
  const listeners = new Set<(event: WorkerLogEvent) => void>();
  const log = (event: WorkerLogEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const served = createServed();
  return {
    data: createMemoryData(clock),
    check: async (candidate) => readShape(candidate),
    fetch: (request) => serve({ ...options, clock, log, served }, request),
    triggerScheduled: async (accountId, scriptName) => {
      const script = view.script(accountId, scriptName);
      if (script === undefined || chosen(options, { script }) === null) {
        throw new Error(`The Worker "${scriptName}" is not deployed.`);
      }
      return { outcome: 'ok' };
    },
    sendQueueMessages: async (accountId, queueName) => {
      const known = [...view.queues(accountId)].some(({ name }) => name === queueName);
      if (!known) throw new Error(`There is no queue "${queueName}".`);
    },
    changed: () => undefined,
    onServed: served.follow,
    onLog: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => undefined,
  };
}

/** What a version says of itself: who answers, and its plain variables. Secrets are not repeated. */
export function ownWords({ script, version }: Answering): Response {
  const variables = version.bindings.filter(({ type }) => type === 'plain_text' || type === 'json');
  return Response.json({
    status: 'ok',
    worker: script.name,
    version: {
      id: version.id,
      tag: version.annotations['workers/tag'] ?? '',
      timestamp: version.createdOn,
    },
    variables: Object.fromEntries(variables.map(({ name, text, json }) => [name, text ?? json ?? null])),
  });
}

type Serving = DoubleOptions & { clock: Clock; log: (event: WorkerLogEvent) => void; served: Served };

/** A request id that is the same in every run. */
const RAY = '0000000000000000-LOC';

async function serve(serving: Serving, request: Request): Promise<Response | null> {
  const url = new URL(request.url);
  const destination = findDestination(serving.view, url);
  if (destination === null) return null;
  if (destination.kind !== 'worker') return errorPage(destination.kind, url.host, RAY);
  const version = chosen(serving, { ...destination, headers: request.headers });
  if (version === null) return errorPage('nothing-here', url.host, RAY);
  const { script } = destination;
  const { answer = ownWords, clock, log, served } = serving;
  const seen = {
    accountId: script.accountId,
    scriptName: script.name,
    versionId: version.id,
    at: clock.now().getTime(),
  };
  try {
    const response = await answer({ request, script, version });
    served.emit({ ...seen, outcome: 'ok', status: response.status });
    return response;
  } catch (error) {
    served.emit({ ...seen, outcome: 'exception', status: null });
    log({
      accountId: script.accountId,
      scriptName: script.name,
      versionId: version.id,
      at: clock.now().toISOString(),
      level: 'exception',
      message: asError(error).message,
    });
    return errorPage('threw', url.host, RAY);
  }
}

/** The version that answers, or null when nothing is deployed. */
function chosen(
  { random = Math.random }: Pick<DoubleOptions, 'random'>,
  question: Omit<RouteQuestion, 'random'>,
): VersionDocument | null {
  const target = routeToVersion({ ...question, random });
  return target === null ? null : (versionOf(question.script, target.versionId) ?? null);
}
