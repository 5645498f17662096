import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { NamesWorker } from './resolve-options.ts';

/** A target that was resolved, as its files say it. */
export interface KnownTarget {
  readonly worker: ResolvedWorker;
  /** Environments that its wrangler file defines. */
  readonly environments: readonly string[];
}

/** Targets that a command resolved, so that none is resolved again when its turn comes. */
export interface ResolvedWorkers {
  /** As it was kept, but without the origins of its values: whoever tells of those resolves again. */
  find(target: NamesWorker): KnownTarget | undefined;
  keep(target: NamesWorker, known: KnownTarget): void;
}

/** Begins with none. They are kept as text: it takes a tenth of the memory, which counts where there are ten thousand. */
export function createResolvedWorkers(): ResolvedWorkers {
  const known = new Map<string, string>();
  return {
    find(target) {
      const text = known.get(keyOf(target));
      return text === undefined ? undefined : (JSON.parse(text) as KnownTarget);
    },
    keep: (target, kept) => void known.set(keyOf(target), textOf(kept)),
  };
}

/** Origins are not even looked at: they are made when somebody does. */
function textOf({ worker, environments }: KnownTarget): string {
  const names = Object.keys(worker).filter((name) => name !== 'origins') as (keyof ResolvedWorker)[];
  const kept = { ...Object.fromEntries(names.map((name) => [name, worker[name]])), origins: {} };
  return JSON.stringify({ worker: kept, environments });
}

function keyOf({ tenant, worker, env, dispatchNamespace }: NamesWorker): string {
  return JSON.stringify([tenant, worker ?? null, env ?? '', dispatchNamespace ?? null]);
}
