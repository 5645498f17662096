/** Counts uses under way, so that a change can wait for their end. */
export interface Drain {
  /** Counts one use; call the result once, when it ends. */
  enter(): () => void;
  readonly size: number;
  /** Settles when no use is under way, or after `ms` milliseconds. */
  empty(ms: number): Promise<void>;
}

/** A {@link Drain} without uses. */
export function createDrain(): Drain {
  const under = new Set<symbol>();
  const waiting = new Set<() => void>();
  return {
    enter: () => {
      const use = Symbol('use');
      under.add(use);
      return () => {
        under.delete(use);
        if (under.size > 0) return;
        for (const wake of waiting) wake();
        waiting.clear();
      };
    },
    get size() {
      return under.size;
    },
    empty: async (ms) => {
      if (under.size === 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
      // Uses past their time are cut off by the change; they no longer count.
      under.clear();
    },
  };
}
