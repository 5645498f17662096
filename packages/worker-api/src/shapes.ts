import type { RateLimit, TenantSettings, TokenBudget } from './tenant.ts';

/** A non-empty string. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** A non-empty list of non-empty strings. */
export function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every(isText);
}

/** A plain JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isModels(value: unknown): value is TenantSettings['models'] {
  return isObject(value) && isText(value['chat']) && isText(value['embeddings']);
}

export function isRateLimit(value: unknown): value is RateLimit {
  return isObject(value) && isCount(value['perMinute']) && isCount(value['burst']);
}

export function isTokenBudget(value: unknown): value is TokenBudget {
  return isObject(value) && isCount(value['perRequest']) && isCount(value['perDay']);
}

export function isFlags(value: unknown): value is Readonly<Record<string, boolean>> {
  return isObject(value) && Object.values(value).every((flag) => typeof flag === 'boolean');
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}
