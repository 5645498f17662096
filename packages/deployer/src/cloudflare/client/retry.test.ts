import { expect, test } from 'vitest';
import { LONGEST_WAIT_MS, MAX_ATTEMPTS, parseRetryAfter, retryDelay } from './retry.ts';

const failure = (status: number | null, retryAfterMs: number | null = null) => ({ status, retryAfterMs });
const delay = (status: number | null, repeat: 'safe' | 'never', retryAfterMs: number | null = null) =>
  retryDelay({ attempt: 1, repeat, failure: failure(status, retryAfterMs), random: 0 });

test.each([
  [null, 'safe', true],
  [500, 'safe', true],
  [503, 'safe', true],
  [429, 'safe', true],
  [null, 'never', false],
  [500, 'never', false],
  // The limiter answers before the API is reached.
  [429, 'never', true],
  [400, 'safe', false],
  [404, 'safe', false],
  [409, 'safe', false],
] as const)('status %s of a call that is %s to repeat: repeated is %s', (status, repeat, repeated) => {
  expect(delay(status, repeat) !== null).toBe(repeated);
});

test('what the server asks for is waited, unless it is longer than the limiter ever blocks', () => {
  expect(delay(429, 'safe', 7_000)).toBe(7_000);
  expect(delay(503, 'safe', 0)).toBe(0);
  expect(delay(429, 'safe', LONGEST_WAIT_MS + 1)).toBeNull();
});

test('waits grow, and end with the last attempt', () => {
  const waits = Array.from({ length: MAX_ATTEMPTS }, (_, index) =>
    retryDelay({ attempt: index + 1, repeat: 'safe', failure: failure(500), random: 0 }),
  );
  expect(waits).toEqual([500, 1_000, 2_000, null]);
});

test('Retry-After is seconds or a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(parseRetryAfter('3', now)).toBe(3_000);
  expect(parseRetryAfter('Thu, 01 Jan 2026 00:00:05 GMT', now)).toBe(5_000);
  expect(parseRetryAfter('-1', now)).toBe(0);
  expect([parseRetryAfter(null, now), parseRetryAfter('', now), parseRetryAfter('soon', now)]).toEqual([
    null,
    null,
    null,
  ]);
});
