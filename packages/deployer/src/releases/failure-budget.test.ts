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

test.each([
  [' 7 ', 10, 7],
  ['100', 10, 100],
  ['101', 10, 101],
  ['0%', 10, 0],
  ['99%', 10, 9],
] as const)('a budget of %j bears in %i targets %i failures', (budget, targets, expected) => {
  expect(allowedFailures(budget, targets)).toBe(expected);
});

test.each([
  [-1, '-1 is no failure budget.'],
  ['101%', '"101%" is no failure budget.'],
])('%j is refused in words', (budget, message) => {
  expect(() => allowedFailures(budget, 10)).toThrow(
    expect.objectContaining({ message, hint: 'Give a count such as 2, or a share such as 5%.' }) as Error,
  );
});

test('never more run at once than were asked for, and with a failure no more than the budget has left', () => {
  expect(concurrencyAfter({ parallel: 2, allowed: 9, failures: 1 })).toBe(2);
  expect(concurrencyAfter({ parallel: 9, allowed: 9, failures: 0 })).toBe(9);
  expect(concurrencyAfter({ parallel: 0, allowed: 9, failures: 1 })).toBe(1);
});
