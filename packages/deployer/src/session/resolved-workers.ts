import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { NamesWorker } from './resolve-options.ts';

/** So many are kept: of tenants in tables, of which there are more, none costs a file. */
const MOST = 2_000;

/** A target that was resolved, as its files say it. */
export interface KnownTarget {
  readonly worker: ResolvedWorker;
  /** Environments that its wrangler file defines. */
  readonly environments: readonly string[];
}

/** Targets that a command resolved, so that none is read again when its turn comes. */
export interface ResolvedWorkers {
  find(target: NamesWorker): KnownTarget | undefined;
  keep(target: NamesWorker, known: KnownTarget): void;
}

/** Begins with none. */
export function createResolvedWorkers(): ResolvedWorkers {
  const known = new Map<string, KnownTarget>();
  return {
    find: (target) => known.get(keyOf(target)),
    keep(target, { worker, environments }) {
      if (known.size < MOST) known.set(keyOf(target), { worker, environments });
    },
  };
}

function keyOf({ tenant, worker, env, dispatchNamespace }: NamesWorker): string {
  return JSON.stringify([tenant, worker ?? null, env ?? '', dispatchNamespace ?? null]);
}
