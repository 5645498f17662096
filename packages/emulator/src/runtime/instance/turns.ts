/** Runs changes of one thing one after another. */
export interface Turns {
  /** True while a change is under way or waits. */
  readonly busy: boolean;
  /** Runs `work` after the changes before it; what went wrong with those does not matter to it. */
  run(work: () => Promise<void>): Promise<void>;
}

/** @param onIdle Called when the last change has ended. */
export function createTurns(onIdle: () => void): Turns {
  let last: Promise<void> | null = null;
  return {
    get busy() {
      return last !== null;
    },
    run: (work) => {
      const mine = (last ?? Promise.resolve()).then(work);
      const finished = mine
        .catch(() => undefined)
        .then(() => {
          if (last !== finished) return;
          last = null;
          onIdle();
        });
      last = finished;
      return mine;
    },
  };
}
