import { ApiError } from '../../errors.ts';
import type { AnswerHeaders } from '../../transport/answer.ts';
import { memoryLedger, type CallLedger } from './call-ledger.ts';
import { LONGEST_WAIT_MS } from './retry.ts';

const LIMIT = 1_200;
/** Left for the dashboard and for people: the limit counts all uses of the token together. */
const RESERVE = 50;

/** Paces the calls of one token ahead of the limit. */
export interface CallBudget {
  /** Resolves when one more call may be sent. @throws ApiError RATE_LIMITED when that would take too long. */
  take(): Promise<void>;
  /** Learns from an answer: `Ratelimit: "default";r=<remaining>;t=<seconds>`, `Ratelimit-Policy: …;q=<quota>`. */
  observe(headers: AnswerHeaders): void;
  /** Stops every call of the token for so many ms (after a 429). */
  pause(ms: number): void;
}

/** What a budget needs of the world. */
export interface BudgetOptions {
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
  readonly onWaiting?: ((ms: number, why: string) => void) | undefined;
  /** @default 1200 */
  readonly limit?: number;
  /** Where calls are noted. @default this process's memory */
  readonly ledger?: CallLedger;
}

/**
 * One budget per token; shared by every tenant that uses it. Calls are counted in a sliding window: it never passes the
 * limit, whatever the phase of Cloudflare's own window, and unlike an even pace lets a short run go at full speed.
 */
export function createBudget(options: BudgetOptions): CallBudget {
  const limit = options.limit ?? LIMIT;
  const ledger = options.ledger ?? memoryLedger();
  /** Calls of the window that others sent with the token, as its answers show, and until when that is known. */
  let others = { calls: 0, until: 0 };
  let closedWhy = '';

  const takeNow = (): { readonly ms: number; readonly why: string } => {
    const now = options.now();
    const closed = ledger.closedUntil() - now;
    if (closed > 0) return { ms: closed, why: closedWhy || 'the API closed the token' };
    const strange = others.until > now ? others.calls : 0;
    const allowed = Math.max(1, limit - Math.max(RESERVE, strange));
    const ms = ledger.take(now, allowed);
    const also = strange > RESERVE ? `, beside some ${strange} of somebody else` : '';
    return { ms, why: `${allowed} API calls in five minutes${also}: the limit of the token is near` };
  };

  return {
    async take() {
      for (let next = takeNow(); next.ms > 0; next = takeNow()) {
        if (next.ms > LONGEST_WAIT_MS) throw tooLong(next.ms);
        options.onWaiting?.(next.ms, next.why);
        await options.sleep(next.ms, options.signal);
      }
    },
    observe(headers) {
      const left = readRateLimit(headers);
      if (left === null) return;
      const now = options.now();
      const resets = now + left.seconds * 1_000;
      others = {
        calls: Math.max(0, (left.quota ?? limit) - left.remaining - ledger.used(now)),
        until: resets,
      };
      if (left.remaining > 0) return;
      ledger.close(resets);
      closedWhy = 'the API says the token has no calls left in this window';
    },
    pause(ms) {
      ledger.close(options.now() + ms);
      closedWhy = 'the API asked to slow down';
    },
  };
}

/** Source: page "Rate limits". */
function readRateLimit(
  headers: AnswerHeaders,
): { readonly remaining: number; readonly seconds: number; readonly quota: number | null } | null {
  const match = /;\s*r=(\d+)\s*;\s*t=(\d+)/.exec(headers.get('ratelimit') ?? '');
  if (match === null) return null;
  const quota = /;\s*q=(\d+)/.exec(headers.get('ratelimit-policy') ?? '')?.[1];
  return {
    remaining: Number(match[1]),
    seconds: Number(match[2]),
    quota: quota === undefined ? null : Number(quota),
  };
}

function tooLong(ms: number): ApiError {
  return new ApiError(
    'RATE_LIMITED',
    `The API accepts no calls of this token for another ${Math.ceil(ms / 1_000)} s.`,
    {
      status: 429,
      apiCodes: [],
      hint: 'Wait, lower --parallel, or give tenants their own tokens: the limit counts per token.',
    },
  );
}
