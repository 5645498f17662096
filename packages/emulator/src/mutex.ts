/** Runs work one after another per key. */
export interface Mutex {
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
}

/** A {@link Mutex} without limits on waiting. */
export function createMutex(): Mutex {
  const tails = new Map<string, Promise<unknown>>();
  return {
    run: async (key, work) => {
      const before = tails.get(key) ?? Promise.resolve();
      const mine = before.then(work, work);
      const tail = mine.catch(() => undefined);
      tails.set(key, tail);
      try {
        return await mine;
      } finally {
        if (tails.get(key) === tail) tails.delete(key);
      }
    },
  };
}
