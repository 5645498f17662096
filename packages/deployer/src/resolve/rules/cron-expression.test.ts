import { describe, expect, it } from 'vitest';
import { cronProblem } from './cron-expression.ts';

describe('a cron expression', () => {
  it.each([
    '* * * * *',
    '*/15 * * * *',
    '0 0 * * *',
    '30 2 * * MON',
    '0 3 * * mon-fri',
    '0 0 1 JAN *',
    '0 18 * * 6L',
    '0 0 L * *',
    '59 23 LW * *',
    '0 9 15W * *',
    '0 9 * * 2#1',
    '0,30 8-18/2 1,15 1-6 2-6',
    '0 9 L-3W * *',
    '0 12 * * 6#2',
    '0 12 * * monL',
    '0 22-6 * * FRI-MON',
    '*/5,3 * * * *',
    '0/15 05 * jan-mar *',
  ])('%s is taken', (expression) => {
    expect(cronProblem(expression)).toBeNull();
  });

  it.each([
    ['0 3 * * 0', 'day of the week'],
    ['0 3 * * 8', 'day of the week'],
    ['60 * * * *', 'minute'],
    ['* 24 * * *', 'hour'],
    ['* * 0 * *', 'day of the month'],
    ['* * * 13 *', 'month'],
    ['* * * *', '4 fields'],
    ['0 0 * * * *', '6 fields'],
    ['@daily', 'nickname'],
    ['*/60 * * * *', 'step'],
    ['0 */24 * * *', 'step'],
    ['*,5 * * * *', 'follow'],
    ['0 3 ? * MON', 'day of the month'],
    ['0 3 l * *', 'day of the month'],
    ['0 3 L,15 * *', 'day of the month'],
    ['0 3 * * 1#6', 'day of the week'],
    ['1--2 * * * *', 'two ends'],
    [' 0 3 * * *', 'white space'],
    ['0 3 * * *\n', 'white space'],
    ['*/0 * * * *', 'step'],
    ['a * * * *', 'minute'],
    ['', '1 fields'],
  ])('%s is refused', (expression, problem) => {
    expect(cronProblem(expression)).toContain(problem);
  });
});
