import { ConfigError } from '../../errors.ts';
import type { ResolvedWorker } from '../../resolve/resolved-worker.ts';

/**
 * The Workers of one tenant in the order in which they can be deployed: after those whose services, Durable Objects,
 * Workflows or logs they use, because Cloudflare refuses a reference to a Worker that does not exist. A consumer of a
 * queue goes before what sends to it, unless that makes a circle: nothing is refused there.
 *
 * @throws ConfigError CONFIG_INVALID for Workers that need each other, naming them
 */
export function workerOrder(workers: readonly ResolvedWorker[]): readonly ResolvedWorker[] {
  const byScript = new Map(workers.map((worker) => [worker.scriptName, worker]));
  const needs = (worker: ResolvedWorker): readonly ResolvedWorker[] =>
    neededScripts(worker).flatMap((name) => {
      const other = byScript.get(name);
      return other === undefined || other === worker ? [] : [other];
    });
  const prefers = (worker: ResolvedWorker): readonly ResolvedWorker[] => {
    const queues = worker.bindings.filter(({ type }) => type === 'queue').map((each) => each['queue_name']);
    return workers.filter(
      (other) =>
        other !== worker && (other.triggers.queueConsumers ?? []).some(({ queue }) => queues.includes(queue)),
    );
  };
  const ordered: ResolvedWorker[] = [];
  const place = (worker: ResolvedWorker, way: readonly ResolvedWorker[]): void => {
    if (ordered.includes(worker)) return;
    if (way.includes(worker)) throw circle([...way.slice(way.indexOf(worker)), worker]);
    for (const other of needs(worker)) place(other, [...way, worker]);
    if (!ordered.includes(worker)) ordered.push(worker);
  };
  for (const worker of softOrder(workers, prefers)) place(worker, []);
  return ordered;
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

/** Names of the scripts that must exist before this one can be uploaded. */
export function neededScripts({
  bindings,
  settings,
}: Pick<ResolvedWorker, 'bindings' | 'settings'>): readonly string[] {
  const bound = bindings.flatMap((binding) =>
    binding.type === 'service' ? [binding['service']] : [binding['script_name']],
  );
  const tails = [...(settings.tail_consumers ?? []), ...(settings.streaming_tail_consumers ?? [])];
  return [...bound, ...tails.map((each) => each['service'])].filter((name) => typeof name === 'string');
}

function circle(way: readonly ResolvedWorker[]): ConfigError {
  const names = way.map(({ worker, scriptName }) => worker ?? scriptName).join(' → ');
  return new ConfigError(
    'CONFIG_INVALID',
    `The Workers of ${way[0]?.tenant ?? ''} need each other: ${names}.`,
    {
      hint: 'Deploy one of them without the binding first, or let them talk through a queue.',
    },
  );
}
