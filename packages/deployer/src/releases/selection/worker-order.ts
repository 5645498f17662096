import { ConfigError } from '../../errors.ts';
import type { ResolvedWorker } from '../../resolve/resolved-worker.ts';
import { orderByNeeds, type Ordered } from './order.ts';

/**
 * The Workers of one tenant in the order in which they can be deployed: after those whose services, Durable Objects,
 * Workflows or logs they use, because Cloudflare refuses a reference to a Worker that does not exist. A circle of services
 * is begun by one of them without. A consumer of a queue goes before what sends to it, unless that makes a circle: nothing
 * is refused there.
 *
 * @throws ConfigError CONFIG_INVALID for Workers that need each other in another way, naming them
 */
export function workerOrder(workers: readonly ResolvedWorker[]): readonly ResolvedWorker[] {
  const prefers = (worker: ResolvedWorker): readonly ResolvedWorker[] => {
    const queues = worker.bindings.filter(({ type }) => type === 'queue').map((each) => each['queue_name']);
    return workers.filter(
      (other) =>
        other !== worker && (other.triggers.queueConsumers ?? []).some(({ queue }) => queues.includes(queue)),
    );
  };
  const { order, circles } = orderWorkers(softOrder(workers, prefers), (worker) => worker);
  const [circle] = circles;
  if (circle !== undefined) throw circleError(circle);
  return order;
}

/** Items that stand for a Worker each, ordered by what these need of each other. Pure. */
export function orderWorkers<T>(items: readonly T[], workerOf: (item: T) => ResolvedWorker): Ordered<T> {
  const byScript = new Map(
    items
      .filter((item) => workerOf(item).dispatchNamespace === null)
      .map((item) => [scriptKey(workerOf(item), workerOf(item).scriptName), item]),
  );
  return orderByNeeds(items, (item) =>
    neededScripts(workerOf(item)).flatMap(({ script, soft }) => {
      const other = byScript.get(scriptKey(workerOf(item), script));
      return other === undefined ? [] : [{ item: other, soft }];
    }),
  );
}

/** A script of a Worker's account, for comparing: `<account> <script>`. */
export function scriptKey({ accountId }: Pick<ResolvedWorker, 'accountId'>, script: string): string {
  return `${accountId.toLowerCase()} ${script}`;
}

/** Preferred Workers first; a circle of preferences is left as it is written. */
function softOrder(
  workers: readonly ResolvedWorker[],
  prefers: (worker: ResolvedWorker) => readonly ResolvedWorker[],
): readonly ResolvedWorker[] {
  const ordered: ResolvedWorker[] = [];
  const visit = (worker: ResolvedWorker, way: readonly ResolvedWorker[]): void => {
    if (ordered.includes(worker) || way.includes(worker)) return;
    for (const other of prefers(worker)) visit(other, [...way, worker]);
    ordered.push(worker);
  };
  for (const worker of workers) visit(worker, []);
  return ordered;
}

/** A script that must exist before another can be uploaded whole. */
export interface NeededScript {
  readonly script: string;
  /** Only services of it are bound: without them the other can be uploaded before. */
  readonly soft: boolean;
}

/** The scripts that must exist before this one can be uploaded, each once. */
export function neededScripts({
  bindings,
  settings,
}: Pick<ResolvedWorker, 'bindings' | 'settings'>): readonly NeededScript[] {
  const services = bindings.flatMap((each) => (each.type === 'service' ? [each['service']] : []));
  const classes = bindings.flatMap((each) => (each.type === 'service' ? [] : [each['script_name']]));
  const tails = [...(settings.tail_consumers ?? []), ...(settings.streaming_tail_consumers ?? [])];
  const hard = new Set([...classes, ...tails.map((each) => each['service'])]);
  const all = [...new Set([...services, ...hard])].filter((script) => typeof script === 'string');
  return all.map((script) => ({ script, soft: !hard.has(script) }));
}

/** The error for Workers of one tenant that need each other. */
export function circleError(circle: readonly ResolvedWorker[]): ConfigError {
  const way = [...circle, ...circle.slice(0, 1)];
  const names = way.map(({ worker, scriptName }) => worker ?? scriptName).join(' → ');
  return new ConfigError(
    'CONFIG_INVALID',
    `The Workers of ${way[0]?.tenant ?? ''} need each other: ${names}.`,
    {
      hint: 'A circle of service bindings alone can be begun; Durable Objects, Workflows and logs of one another cannot. Deploy one of them without these first, or let them talk through a queue.',
    },
  );
}
