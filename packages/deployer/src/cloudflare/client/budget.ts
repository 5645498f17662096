import { ApiError } from '../../errors.ts';
import { LONGEST_WAIT_MS } from './retry.ts';

/** Cloudflare's limit per token: 1,200 calls in five minutes; passing it blocks every call for five minutes. */
const WINDOW_MS = 300_000;
const LIMIT = 1_200;
/** Left for the dashboard and for people: the limit counts all uses of the token together. */
const RESERVE = 50;

/** Paces the calls of one token ahead of the limit. */
export interface CallBudget {
  /** Resolves when one more call may be sent. @throws ApiError RATE_LIMITED when that would take too long. */
  take(): Promise<void>;
  /** Learns from an answer: `Ratelimit: "default";r=<remaining>;t=<seconds>`. */
  observe(headers: Headers): void;
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
}

/** One budget per token; shared by every tenant that uses it. */
export function createBudget(options: BudgetOptions): CallBudget {
  const allowed = (options.limit ?? LIMIT) - RESERVE;
  /** Times of the calls inside the window, oldest first. */
  const sent: number[] = [];
  let closedUntil = 0;
  let why = '';

  const waitMs = (): number => {
    const now = options.now();
    while (sent[0] !== undefined && sent[0] <= now - WINDOW_MS) sent.shift();
    const oldest = sent[0];
    const paced = sent.length < allowed || oldest === undefined ? 0 : oldest + WINDOW_MS - now;
    const closed = closedUntil - now;
    if (paced > closed) why = `${sent.length} API calls in five minutes: the limit of the token is near`;
    return Math.max(paced, closed, 0);
  };

  return {
    async take() {
      for (let ms = waitMs(); ms > 0; ms = waitMs()) {
        if (ms > LONGEST_WAIT_MS) throw tooLong(ms);
        options.onWaiting?.(ms, why);
        await options.sleep(ms, options.signal);
      }
      sent.push(options.now());
    },
    observe(headers) {
      const match = /;\s*r=(\d+)\s*;\s*t=(\d+)/.exec(headers.get('ratelimit') ?? '');
      if (match === null || Number(match[1]) > 0) return;
      closedUntil = Math.max(closedUntil, options.now() + Number(match[2]) * 1_000);
      why = 'the API says the token has no calls left in this window';
    },
    pause(ms) {
      closedUntil = Math.max(closedUntil, options.now() + ms);
      why = 'the API asked to slow down';
    },
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
