/** Attempts in all, the first one included. */
export const MAX_ATTEMPTS = 4;

/** Longest wait between two attempts that a server may ask for, ms: the rate limiter blocks for five minutes. */
export const LONGEST_WAIT_MS = 310_000;

/** Whether a call may be sent again after its outcome became unknown. */
export type Repeat = 'safe' | 'never';

/** How an attempt failed. `status` null: no answer came (network, timeout). */
export interface Failure {
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  /** It would fail the same way again. */
  readonly final?: true;
}

/**
 * How long to wait before the next attempt, ms, or null when there must not be one.
 *
 * - 429: the limiter answers before the API is reached, so nothing happened; any call may be repeated.
 * - No answer, or 5xx: it may have happened; only calls whose repetition changes nothing are repeated.
 * - Anything else is an answer.
 *
 * @param attempt that just failed, from 1
 * @param random 0 to 1, spreads the clients
 */
export function retryDelay(options: {
  readonly attempt: number;
  readonly repeat: Repeat;
  readonly failure: Failure;
  readonly random: number;
}): number | null {
  const { attempt, repeat, failure, random } = options;
  if (attempt >= MAX_ATTEMPTS || failure.final === true) return null;
  const limited = failure.status === 429;
  const unknown = failure.status === null || failure.status >= 500;
  if (!limited && !(unknown && repeat === 'safe')) return null;
  if (failure.retryAfterMs !== null) {
    return failure.retryAfterMs > LONGEST_WAIT_MS ? null : failure.retryAfterMs + Math.round(250 * random);
  }
  const base = (limited ? 1_000 : 500) * 2 ** (attempt - 1);
  return Math.round(base * (1 + random / 2));
}

/** `Retry-After` in ms: seconds or a date; null when absent or not readable. */
export function parseRetryAfter(header: string | null, now: number): number | null {
  if (header === null || header.trim() === '') return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1_000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
