import { ConfigError } from '../errors.ts';

/**
 * How many failures a release bears.
 *
 * @param budget a count, or a share of the targets such as `"5%"` (rounded down)
 * @throws ConfigError USAGE for anything else
 */
export function allowedFailures(budget: number | string, targets: number): number {
  if (typeof budget === 'number') {
    if (Number.isInteger(budget) && budget >= 0) return budget;
  } else {
    const share = /^(\d{1,3})(%?)$/.exec(budget.trim());
    const number = Number(share?.[1] ?? Number.NaN);
    if (share?.[2] === '') return number;
    if (number <= 100) return Math.floor((targets * number) / 100);
  }
  throw new ConfigError('USAGE', `${JSON.stringify(budget)} is no failure budget.`, {
    hint: 'Give a count such as 2, or a share such as 5%.',
  });
}

/**
 * Targets that may run at once after so many failures: as many as were asked for while all goes well; after the first
 * failure never more than the budget could bear if all of them failed, as the strict mode of AWS StackSets has it.
 */
export function concurrencyAfter(options: {
  readonly parallel: number;
  readonly allowed: number;
  readonly failures: number;
}): number {
  const { parallel, allowed, failures } = options;
  return failures === 0 ? parallel : Math.max(1, Math.min(parallel, allowed - failures + 1));
}
