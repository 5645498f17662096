import { expect, test } from 'vitest';
import { stableJson } from './canonical.ts';

test('the order of keys does not matter, the order of lists does', () => {
  expect(stableJson({ b: 1, a: { d: 1, c: 2 } })).toBe(stableJson({ a: { c: 2, d: 1 }, b: 1 }));
  expect(stableJson([1, 2])).not.toBe(stableJson([2, 1]));
});

test.each([
  [{ b: { d: [{ z: 1, a: 2 }], c: 3 }, a: null }, '{"a":null,"b":{"c":3,"d":[{"a":2,"z":1}]}}'],
  [{ b: undefined, a: 1 }, '{"a":1}'],
  [{ a: [undefined, 1], b: 2 }, '{"a":[null,1],"b":2}'],
  [{ x: 1, 10: 2, 9: 3, '-': 4 }, '{"9":3,"10":2,"-":4,"x":1}'],
  [{ at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
])('digests that were written down stay what they are: %j', (value, text) => {
  expect(stableJson(value)).toBe(text);
});
