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

/**
 * Begins with none. All but the last are kept as text: it takes a tenth of the memory, which counts where there are ten
 * thousand.
 */
export function createResolvedWorkers(): ResolvedWorkers {
  const texts = new Map<string, string>();
  let last: { readonly key: string; readonly known: KnownTarget } | null = null;
  return {
    find(target) {
      const key = keyOf(target);
      if (last?.key === key) return last.known;
      const text = texts.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as KnownTarget);
    },
    keep(target, known) {
      if (last !== null) texts.set(last.key, JSON.stringify(last.known));
      last = { key: keyOf(target), known: withoutOrigins(known) };
    },
  };
}

/** Origins are not even looked at: they are made when somebody does. */
function withoutOrigins({ worker, environments }: KnownTarget): KnownTarget {
  const names = Object.keys(worker).filter((name) => name !== 'origins') as (keyof ResolvedWorker)[];
  const kept: Record<string, unknown> = { origins: {} };
  for (const name of names) kept[name] = worker[name];
  return { worker: kept as unknown as ResolvedWorker, environments };
}

function keyOf({ tenant, worker, env, dispatchNamespace }: NamesWorker): string {
  return JSON.stringify([tenant, worker ?? null, env ?? '', dispatchNamespace ?? null]);
}
