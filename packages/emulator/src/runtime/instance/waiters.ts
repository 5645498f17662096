import type { Need } from './awake.ts';
import type { RunningProcess } from './process-state.ts';

/** A use that waits for a process that can serve it. */
export interface Waiter {
  readonly need: Need;
  /** Starts made for it so far. */
  readonly attempts: number;
  admit(process: RunningProcess): void;
  refuse(reason: Error): void;
}

/** The uses that wait, the longest waiting first. */
export interface Waiters {
  readonly size: number;
  add(waiter: Waiter): void;
  /** The first `count`, which stay. */
  first(count: number): readonly Waiter[];
  /** Lets in all that `find` has a process for. Those of `tried` that it has none for have used up one attempt. */
  admit(find: (need: Need) => RunningProcess | null, tried: readonly Waiter[]): void;
  /** Refuses the given ones, or all. */
  refuse(reason: Error, which?: readonly Waiter[]): void;
}

/** Starts one use may ask for before it gives up: each means that the state changed again meanwhile. */
const MAX_ATTEMPTS = 5;

/** {@link Waiters}, none yet. */
export function createWaiters(): Waiters {
  let waiting: readonly Waiter[] = [];
  return {
    get size() {
      return waiting.length;
    },
    add: (waiter) => {
      waiting = [...waiting, waiter];
    },
    first: (count) => waiting.slice(0, count),
    admit: (find, tried) => {
      const before = waiting;
      waiting = [];
      for (const waiter of before) {
        const process = find(waiter.need);
        if (process !== null) waiter.admit(process);
        else if (!tried.includes(waiter)) waiting = [...waiting, waiter];
        else if (waiter.attempts < MAX_ATTEMPTS) waiting = [...waiting, retried(waiter)];
        else waiter.refuse(new Error('The Workers runtime did not become ready.'));
      }
    },
    refuse: (reason, which = waiting) => {
      waiting = waiting.filter((waiter) => !which.includes(waiter));
      for (const waiter of which) waiter.refuse(reason);
    },
  };
}

/** The process was just started for it and does not have what it wants: that version has left the deployment. */
function retried(waiter: Waiter): Waiter {
  const need = waiter.need.kind === 'worker' ? { ...waiter.need, preview: true } : waiter.need;
  return { ...waiter, need, attempts: waiter.attempts + 1 };
}
