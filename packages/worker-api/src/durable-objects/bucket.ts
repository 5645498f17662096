import type { RateLimit } from '../tenant.ts';

/** A token bucket as stored. `at`: milliseconds since 1970 of the last change. */
export interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** The bucket as it stands now: full when new, else refilled for the time passed, never above `burst`. */
export function refill(bucket: Bucket | undefined, limit: RateLimit, now: number): Bucket {
  if (bucket === undefined) return { tokens: limit.burst, at: now };
  const elapsed = Math.max(0, now - bucket.at);
  const gained = (elapsed / 60_000) * limit.perMinute;
  return { tokens: Math.min(limit.burst, bucket.tokens + gained), at: now };
}

/** `2026-11-23`, in UTC. */
export function utcDay(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}
