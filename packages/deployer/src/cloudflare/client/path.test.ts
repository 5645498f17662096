import { expect, test } from 'vitest';
import { path } from './path.ts';

test('each value is one encoded segment', () => {
  expect(path`/accounts/${'a'}/scripts/${'x/../y z'}`).toBe('/accounts/a/scripts/x%2F..%2Fy%20z');
});

test.each(['', '.', '..'])('%j cannot be a segment: it would reach another resource', (value) => {
  expect(() => path`/scripts/${value}`).toThrow('cannot be a segment');
});
