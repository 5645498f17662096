import { expect, test } from 'vitest';
import { presentFields, stableJson, withoutDefaults } from './canonical.ts';

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

test('what repeats a default, is an empty list or is nothing is left out; everything else stays', () => {
  const defaults = { a: true, b: ['x'], c: { d: 1 } };
  const value = { a: true, b: ['x'], c: { d: 1 }, e: [], f: null };
  expect(withoutDefaults(value, defaults)).toEqual({});
  const other = { a: false, b: ['x', 'y'], c: { d: 2 }, e: ['z'], f: 0, g: '' };
  expect(withoutDefaults(other, defaults)).toEqual(other);
});

test('fields that are set are what is neither null nor undefined; without any there is no value', () => {
  expect(presentFields({ a: null, b: undefined })).toBeNull();
  expect(presentFields(null)).toBeNull();
  expect(presentFields({ a: null, b: false, c: [] })).toEqual({ b: false, c: [] });
});
