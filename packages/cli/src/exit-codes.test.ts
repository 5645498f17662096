import { expect, it } from 'vitest';
import { combineFailures, EXIT } from './exit-codes.ts';

it.each([
  [[], false, EXIT.ok],
  [[EXIT.invalid, EXIT.invalid], false, EXIT.invalid],
  [[EXIT.credentials], false, EXIT.credentials],
  [[EXIT.credentials, EXIT.invalid], false, EXIT.failed],
  [[EXIT.failed, EXIT.invalid], false, EXIT.failed],
  [[EXIT.invalid], true, EXIT.failed],
] as const)('failures %j with wrote=%s exit %i', (failures, wrote, expected) => {
  expect(combineFailures(failures, wrote)).toBe(expected);
});
