import { failure } from '../../api/errors.ts';
import type { FailureName } from '../../api/failures.ts';
import { PLAN_LIMITS } from './limits.ts';
import type { PlanLimits } from './limits.ts';

/** What an account may only have so many of, and how it is refused. */
const QUOTAS = {
  workers: ['tooManyWorkers', 'Workers'],
  crons: ['cronQuota', 'cron triggers'],
  kvNamespaces: ['kvLimit', 'KV namespaces'],
  d1Databases: ['d1Limit', 'databases'],
  queues: ['queueLimit', 'queues'],
  vectorizeIndexes: ['vectorizeLimit', 'Vectorize indexes'],
  hyperdriveConfigs: ['hyperdriveLimit', 'Hyperdrive configs'],
  durableObjectClasses: ['classLimit', 'Durable Object classes'],
} as const satisfies Partial<Record<keyof PlanLimits, readonly [FailureName, string]>>;

/**
 * Refuses to go over an account's quota.
 * @param total How many there will be.
 * @param limit Of an account whose limit was raised.
 * @throws ApiFailure 10037 Workers, 10072 crons, 7406 databases; the product's code for a bad request otherwise.
 */
export function checkQuota(
  plan: 'free' | 'paid',
  what: keyof typeof QUOTAS,
  total: number,
  limit: number = PLAN_LIMITS[plan][what],
): void {
  if (total <= limit) return;
  const [name, things] = QUOTAS[what];
  throw failure(name, `The account has reached its limit of ${limit} ${things}.`);
}
