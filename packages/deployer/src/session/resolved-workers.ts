import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { NamesWorker } from './resolve-options.ts';

/** Workers that a command resolved for all of its targets, so that none is resolved again when its turn comes. */
export interface ResolvedWorkers {
  /** As it was kept, but without the origins of its values: whoever tells of those resolves again. */
  find(target: NamesWorker): ResolvedWorker | undefined;
  keep(target: NamesWorker, worker: ResolvedWorker): void;
}

/** Begins with none. They are kept as text: it takes a tenth of the memory, which counts where there are ten thousand. */
export function createResolvedWorkers(): ResolvedWorkers {
  const known = new Map<string, string>();
  return {
    find(target) {
      const text = known.get(keyOf(target));
      return text === undefined ? undefined : (JSON.parse(text) as ResolvedWorker);
    },
    keep: (target, worker) => void known.set(keyOf(target), textOf(worker)),
  };
}

/** Origins are not even looked at: they are made when somebody does. */
function textOf(worker: ResolvedWorker): string {
  const names = Object.keys(worker).filter((name) => name !== 'origins') as (keyof ResolvedWorker)[];
  return JSON.stringify({ ...Object.fromEntries(names.map((name) => [name, worker[name]])), origins: {} });
}

function keyOf({ tenant, worker, env, dispatchNamespace }: NamesWorker): string {
  return JSON.stringify([tenant, worker ?? null, env ?? '', dispatchNamespace ?? null]);
}
