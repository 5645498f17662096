import type { ServedRequest } from '../contract.ts';

/** Tells followers of every request that a version answered. */
export interface Served {
  follow(listener: (request: ServedRequest) => void): () => void;
  emit(request: ServedRequest): void;
}

/** {@link Served} without followers. */
export function createServed(): Served {
  const listeners = new Set<(request: ServedRequest) => void>();
  return {
    follow: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit: (request) => {
      for (const listener of listeners) listener(request);
    },
  };
}
