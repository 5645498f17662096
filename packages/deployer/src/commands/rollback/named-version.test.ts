import { expect, test } from 'vitest';
import { versionByPrefix } from './named-version.ts';

test('the beginning of an id is enough, eight digits or more, if it is the only one', () => {
  const ids = ['12345678-a', '12345678-b', '87654321-c'];
  expect(versionByPrefix(ids, '87654321')).toBe('87654321-c');
  expect(versionByPrefix(ids, '8765')).toBe('8765');
  expect(versionByPrefix(ids, 'unknown-version')).toBe('unknown-version');
  expect(() => versionByPrefix(ids, '12345678')).toThrow('several versions begin so');
});
