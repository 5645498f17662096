import { expect, test } from 'vitest';
import { canonicalExports } from './exports.ts';

test('exports without what reads leave out', () => {
  expect(
    canonicalExports({
      A: { type: 'durable-object', storage: 'sqlite', state: 'created' },
      B: { type: 'durable-object', state: 'deleted' },
      C: { type: 'worker' },
    }),
  ).toEqual({ A: { type: 'durable-object', storage: 'sqlite' } });
  expect(canonicalExports({})).toEqual({});
});
