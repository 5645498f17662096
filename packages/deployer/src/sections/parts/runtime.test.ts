import { expect, test } from 'vitest';
import { canonicalPlacement } from './runtime.ts';

test('placement is what was asked for, not what became of it', () => {
  expect(canonicalPlacement({ mode: 'smart', status: 'SUCCESS', last_analyzed_at: 'x' })).toEqual({
    mode: 'smart',
  });
  expect([canonicalPlacement(null), canonicalPlacement({}), canonicalPlacement({ mode: 'off' })]).toEqual([
    null,
    null,
    null,
  ]);
});
