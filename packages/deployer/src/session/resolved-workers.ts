import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { NamesWorker } from './resolve-options.ts';

/** Workers that a command resolved for all of its targets, so that none is read again when its turn comes. */
export interface ResolvedWorkers {
  find(target: NamesWorker): ResolvedWorker | undefined;
  keep(target: NamesWorker, worker: ResolvedWorker): void;
}

/** Begins with none. */
export function createResolvedWorkers(): ResolvedWorkers {
  const known = new Map<string, ResolvedWorker>();
  return {
    find: (target) => known.get(keyOf(target)),
    keep(target, worker) {
      known.set(keyOf(target), worker);
    },
  };
}

function keyOf({ tenant, worker, env, dispatchNamespace }: NamesWorker): string {
  return JSON.stringify([tenant, worker ?? null, env ?? '', dispatchNamespace ?? null]);
}
