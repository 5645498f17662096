import { DurableObject } from 'cloudflare:workers';
import type { RateLimit, TokenBudget } from '../tenant.ts';
import { refill, utcDay, type Bucket } from './bucket.ts';

/** What a request asks for before it may run. */
export interface Admission {
  readonly rateLimit: RateLimit;
  readonly tokenBudget: TokenBudget;
  /** Model tokens the request may spend at most; what it did not spend is given back with `settle`. */
  readonly tokens: number;
}

/** Whether the request may run, and if not, why and for how long. */
export type Verdict =
  | { readonly allowed: true; readonly remaining: number }
  | {
      readonly allowed: false;
      readonly reason: 'rate' | 'budget';
      readonly retryAfterSeconds: number;
    };

/** Rate and token budget of one tenant: one object per tenant, so requests are counted in one place. */
export class TenantLimits extends DurableObject {
  /** Takes one request and reserves its tokens, or says why not. */
  async admit(request: Admission): Promise<Verdict> {
    const now = Date.now();
    const bucket = refill(await this.ctx.storage.get<Bucket>('bucket'), request.rateLimit, now);
    if (bucket.tokens < 1) {
      const seconds = ((1 - bucket.tokens) * 60) / request.rateLimit.perMinute;
      return { allowed: false, reason: 'rate', retryAfterSeconds: Math.ceil(seconds) };
    }
    const spent = await this.spentToday(now);
    if (spent + request.tokens > request.tokenBudget.perDay) {
      return { allowed: false, reason: 'budget', retryAfterSeconds: secondsToMidnight(now) };
    }
    await this.ctx.storage.put({
      bucket: { ...bucket, tokens: bucket.tokens - 1 },
      spent: { day: utcDay(now), tokens: spent + request.tokens },
    });
    return { allowed: true, remaining: Math.floor(bucket.tokens - 1) };
  }

  /** Gives back reserved tokens that were not used. */
  async settle(unused: number): Promise<void> {
    const now = Date.now();
    const spent = await this.spentToday(now);
    await this.ctx.storage.put('spent', { day: utcDay(now), tokens: Math.max(0, spent - unused) });
  }

  /** Tokens spent today (UTC). Also what the health check calls. */
  async usage(): Promise<{ readonly tokensToday: number }> {
    return { tokensToday: await this.spentToday(Date.now()) };
  }

  private async spentToday(now: number): Promise<number> {
    const spent = await this.ctx.storage.get<{ day: string; tokens: number }>('spent');
    return spent?.day === utcDay(now) ? spent.tokens : 0;
  }
}

function secondsToMidnight(now: number): number {
  const day = 24 * 60 * 60 * 1000;
  return Math.ceil((day - (now % day)) / 1000);
}
