import { refKey } from '../plan/worker-name.ts';
import type { Need } from './awake.ts';

/** Lets uses that come one after another wait for one start together. */
export interface Gather {
  /** Something happened that another use may follow: one came, or documents changed. */
  news(): void;
  /** A start took so many milliseconds. */
  took(ms: number): void;
  /** Settles when it is time to start. At once, unless `isOneOfMany`. */
  complete(isOneOfMany: () => boolean): Promise<void>;
}

/** Without news for so many milliseconds nobody else is about to come. */
const QUIET_MS = 50;
/** The longest wait, when it is not known what a start takes, milliseconds. */
const UNKNOWN_MS = 300;
const LONGEST_MS = 1_000;

/**
 * A {@link Gather}. It waits no longer than a start takes, which is what one more would cost.
 * @param now Milliseconds of a monotonic clock.
 */
export function createGather(
  now: () => number = () => performance.now(),
  sleep: (ms: number) => Promise<void> = pause,
): Gather {
  let newsAt = -Infinity;
  let longest = UNKNOWN_MS;
  return {
    news: () => {
      newsAt = now();
    },
    took: (ms) => {
      longest = Math.min(ms, LONGEST_MS);
    },
    complete: async (isOneOfMany) => {
      const end = now() + longest;
      while (isOneOfMany()) {
        const left = Math.min(newsAt + QUIET_MS, end) - now();
        if (left <= 0) return;
        await sleep(left);
      }
    },
  };
}

/** Whether needs are those of more than one script. */
export function areOfMany(needs: readonly Need[]): boolean {
  return new Set(needs.flatMap((need) => (need.kind === 'worker' ? [refKey(need.ref)] : []))).size > 1;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
