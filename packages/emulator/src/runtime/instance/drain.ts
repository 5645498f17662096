/** One use under way. */
export interface Use {
  /** Aborted when a change did not wait any longer. */
  readonly cut: AbortSignal;
  /** The answer is complete; only `waitUntil` work may still run. */
  answered(): void;
  /** Everything is done. */
  done(): void;
}

/** Counts uses under way, so that a change can wait for their end. */
export interface Drain {
  enter(): Use;
  /** Uses not done. */
  readonly size: number;
  /** Uses whose answer is not complete. */
  readonly busy: number;
  /** Settles when all uses are done, or after `ms` milliseconds, when it cuts off the others. */
  empty(ms: number): Promise<void>;
}

/** A {@link Drain} without uses. */
export function createDrain(): Drain {
  const under = new Map<Use, AbortController>();
  const answering = new Set<Use>();
  let wake = (): void => undefined;

  return {
    enter: () => {
      const controller = new AbortController();
      const use: Use = {
        cut: controller.signal,
        answered: () => void answering.delete(use),
        done: () => {
          answering.delete(use);
          under.delete(use);
          if (under.size === 0) wake();
        },
      };
      under.set(use, controller);
      answering.add(use);
      return use;
    },
    get size() {
      return under.size;
    },
    get busy() {
      return answering.size;
    },
    empty: async (ms) => {
      if (under.size === 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      for (const [use, controller] of under) {
        controller.abort(new Error('The Worker was changed before it had answered.'));
        use.done();
      }
    },
  };
}
