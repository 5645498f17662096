import { expect, test } from 'vitest';
import { allowedFailures, concurrencyAfter } from './failure-budget.ts';

test.each([
  [0, 40, 0],
  [2, 40, 2],
  ['2', 40, 2],
  ['5%', 40, 2],
  ['5%', 19, 0],
  ['100%', 3, 3],
] as const)('a budget of %s bears in %i targets %i failures', (budget, targets, expected) => {
  expect(allowedFailures(budget, targets)).toBe(expected);
});

test.each([-1, 1.5, '', '%', '101%', 'two', '-1'])('%j is no budget', (budget) => {
  expect(() => allowedFailures(budget, 10)).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error);
});

test('the nearer the end of the budget, the fewer run at once, but never none', () => {
  const after = (failures: number): number => concurrencyAfter({ parallel: 8, allowed: 3, failures });
  expect([0, 1, 2, 3, 4].map(after)).toEqual([8, 3, 2, 1, 1]);
});
