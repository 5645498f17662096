/** Runs something once nothing has happened for a while. */
export interface IdleTimer {
  /** Something happened: count from now. */
  touch(): void;
  cancel(): void;
}

/** @param ms Milliseconds of quiet before `run` is called. The timer does not keep the process alive. */
export function createIdleTimer(ms: number, run: () => void): IdleTimer {
  let timer: NodeJS.Timeout | undefined;
  return {
    touch: () => {
      clearTimeout(timer);
      timer = setTimeout(run, ms);
      timer.unref();
    },
    cancel: () => clearTimeout(timer),
  };
}
