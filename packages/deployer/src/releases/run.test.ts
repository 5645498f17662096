import { expect, test } from 'vitest';
import { runFleet } from './run.ts';

const OPTIONS = { parallel: 2, continueOnError: false, isFailure: (value: string) => value === 'bad' };
const TENANTS = ['a', 'b', 'c', 'd', 'e'];

test('no more than so many run at once, and results keep the order', async () => {
  let running = 0;
  let most = 0;
  const outcomes = await runFleet(
    TENANTS,
    async (tenant) => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      return tenant;
    },
    OPTIONS,
  );
  expect(most).toBe(2);
  expect(outcomes.map(({ item }) => item)).toEqual(TENANTS);
});

test.each([
  ['a thrown error', async () => Promise.reject(new Error('x'))],
  ['a failed result', async () => 'bad'],
])('%s stops the tenants that have not begun', async (_what, fail) => {
  const outcomes = await runFleet(TENANTS, async (tenant) => (tenant === 'b' ? fail() : tenant), {
    ...OPTIONS,
    parallel: 1,
  });
  expect(outcomes.map(({ kind }) => kind).slice(2)).toEqual(['skipped', 'skipped', 'skipped']);
});

test('an unexpected error becomes one of ours, not a crash', async () => {
  const [outcome] = await runFleet(['a'], async () => Promise.reject(new TypeError('oops')), OPTIONS);
  expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'INTERNAL' } });
});
