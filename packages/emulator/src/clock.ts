/** Where the emulator takes the time from. */
export interface Clock {
  now(): Date;
  /** Waits `ms` milliseconds of this clock's time. */
  sleep(ms: number): Promise<void>;
}

/** A clock that stands still until moved; sleeping moves it, so nothing really waits. */
export interface VirtualClock extends Clock {
  advance(ms: number): void;
  set(time: Date): void;
  /** Called after each move. Returns the unsubscribe function. */
  onMove(listener: () => void): () => void;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** A {@link VirtualClock} starting at `start`. */
export function createVirtualClock(start: Date | string = '2026-01-01T00:00:00.000Z'): VirtualClock {
  let time = new Date(start).getTime();
  const listeners = new Set<() => void>();
  const move = (to: number): void => {
    time = to;
    for (const listener of listeners) listener();
  };
  return {
    now: () => new Date(time),
    sleep: async (ms) => move(time + ms),
    advance: (ms) => move(time + ms),
    set: (to) => move(to.getTime()),
    onMove: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
