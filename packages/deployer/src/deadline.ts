import { setMaxListeners } from 'node:events';

/** The end of the time that something may take. */
export interface Deadline {
  /** Aborted when the time is over, or when whoever asked for it all stops. */
  readonly signal: AbortSignal;
  /** Whether it was the time. */
  isOver(): boolean;
  /** It is done: nothing of it is kept until the time would be over. */
  end(): void;
}

/**
 * Begins a deadline. `AbortSignal.timeout` and `AbortSignal.any` keep what listens to them, requests with their bodies, until
 * the time is over, however soon the answer came.
 *
 * @param ms from now
 * @param outer the caller's signal
 */
export function startDeadline(ms: number, outer: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  let over = false;
  const timer = setTimeout(() => {
    over = true;
    controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  }, ms);
  timer.unref();
  const stop = (): void => controller.abort(outer?.reason);
  if (outer?.aborted === true) stop();
  else if (outer !== undefined) {
    // As many as there are calls at once, each taken away when its call is done: no leak to warn the user of.
    setMaxListeners(0, outer);
    outer.addEventListener('abort', stop, { once: true });
  }
  return {
    signal: controller.signal,
    isOver: () => over,
    end() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', stop);
    },
  };
}
