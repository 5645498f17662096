import { ApiFailure } from '../api/errors.ts';
import { FAILURES } from '../api/failures.ts';
import type { Clock } from '../clock.ts';

/** The API's request budget. Source: page "Rate limits": 1,200 per 5 minutes and token, then blocked for 5 minutes. */
export interface RateLimitPolicy {
  /** Requests per window; `null` switches the limit off. */
  limit: number | null;
  windowSeconds: number;
  blockSeconds: number;
}

export const DEFAULT_RATE_LIMIT: RateLimitPolicy = { limit: 1200, windowSeconds: 300, blockSeconds: 300 };

/** A policy from what an option says; what is left out is Cloudflare's. */
export function rateLimitPolicy(option: Partial<RateLimitPolicy> | null | undefined): RateLimitPolicy {
  return { ...DEFAULT_RATE_LIMIT, ...(option === null ? { limit: null } : option) };
}

/** Counts requests per token. */
export interface RateLimiter {
  policy: RateLimitPolicy;
  /**
   * Counts one request and gives the headers for its answer.
   * @throws ApiFailure 971 (HTTP 429) when the token is over its budget or blocked.
   */
  count(tokenId: string): Record<string, string>;
  /** Forgets all counts and blocks. */
  reset(): void;
}

interface Window {
  startedAt: number;
  used: number;
  blockedUntil: number;
}

/** A rate limiter on `clock`. */
export function createRateLimiter(clock: Clock, initial: RateLimitPolicy): RateLimiter {
  const windows = new Map<string, Window>();
  const limiter: RateLimiter = {
    policy: initial,
    reset: () => windows.clear(),
    count: (tokenId) => {
      const { limit, windowSeconds, blockSeconds } = limiter.policy;
      if (limit === null) return {};
      const now = clock.now().getTime();
      let window = windows.get(tokenId);
      if (
        window === undefined ||
        now >= Math.max(window.startedAt + windowSeconds * 1000, window.blockedUntil)
      ) {
        window = { startedAt: now, used: 0, blockedUntil: 0 };
        windows.set(tokenId, window);
      }
      window.used += 1;
      if (window.used > limit && window.blockedUntil === 0) window.blockedUntil = now + blockSeconds * 1000;
      const end = window.blockedUntil === 0 ? window.startedAt + windowSeconds * 1000 : window.blockedUntil;
      const seconds = Math.max(1, Math.ceil((end - now) / 1000));
      const headers = {
        ratelimit: `"default";r=${Math.max(0, limit - window.used)};t=${seconds}`,
        'ratelimit-policy': `"burst";q=${limit};w=${windowSeconds}`,
      };
      if (window.blockedUntil !== 0) {
        const [status, code, message] = FAILURES.rateLimited;
        throw new ApiFailure(status, [{ code, message }], { ...headers, 'retry-after': String(seconds) });
      }
      return headers;
    },
  };
  return limiter;
}
