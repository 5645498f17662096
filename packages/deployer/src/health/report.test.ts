import { expect, test } from 'vitest';
import { consequenceOf } from './report.ts';

test.each([
  ['healthy', true, 'accept'],
  ['skipped', true, 'accept'],
  ['unhealthy', true, 'roll-back'],
  ['old-version', true, 'keep-and-fail'],
  ['spreading', true, 'keep-and-fail'],
  ['inconclusive', true, 'keep-and-fail'],
  ['unhealthy', false, 'roll-back'],
  ['old-version', false, 'accept'],
  ['spreading', false, 'accept'],
  ['inconclusive', false, 'accept'],
] as const)('%s of a check that is configured: %s leads to %s', (verdict, configured, consequence) => {
  expect(consequenceOf({ verdict, configured })).toBe(consequence);
});
