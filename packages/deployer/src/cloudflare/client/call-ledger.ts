/** Cloudflare's limit per token: 1,200 calls in five minutes; passing it blocks every call for five minutes. */
export const WINDOW_MS = 300_000;

/**
 * The calls of one token inside the last five minutes. In memory for one process; in the store where several processes
 * of a machine use one token. Times are milliseconds since 1970.
 */
export interface CallLedger {
  /** Notes one call when fewer than `allowed` are in the window; else gives the ms until one of them leaves it. */
  take(now: number, allowed: number): number;
  /** Calls in the window. */
  used(now: number): number;
  /** No call before that time: the API said so. */
  close(until: number): void;
  /** Until when no call may be sent; in the past when the token is open. */
  closedUntil(): number;
}

/** A ledger of this process alone. */
export function memoryLedger(): CallLedger {
  /** Times of the calls inside the window, oldest first. */
  const sent: number[] = [];
  let closed = 0;
  const forget = (now: number): void => {
    while (sent[0] !== undefined && sent[0] <= now - WINDOW_MS) sent.shift();
  };
  return {
    take(now, allowed) {
      forget(now);
      const [oldest] = sent;
      if (oldest !== undefined && sent.length >= allowed) return oldest + WINDOW_MS - now;
      sent.push(now);
      return 0;
    },
    used(now) {
      forget(now);
      return sent.length;
    },
    close: (until) => void (closed = Math.max(closed, until)),
    closedUntil: () => closed,
  };
}
