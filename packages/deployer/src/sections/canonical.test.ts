import { expect, test } from 'vitest';
import { stableJson } from './canonical.ts';

test('the order of keys does not matter, the order of lists does', () => {
  expect(stableJson({ b: 1, a: { d: 1, c: 2 } })).toBe(stableJson({ a: { c: 2, d: 1 }, b: 1 }));
  expect(stableJson([1, 2])).not.toBe(stableJson([2, 1]));
});
