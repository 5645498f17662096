import { expect, test } from 'vitest';
import { defaultTarget, versionByPrefix } from './rollback-target.ts';

const deployment = (...versions: (readonly [string, number])[]) => ({
  id: 'd',
  createdOn: '',
  source: null,
  author: null,
  annotations: {},
  versions: versions.map(([versionId, percentage]) => ({ versionId, percentage })),
});

test.each([
  ['the one before', [deployment(['c', 100]), deployment(['b', 100]), deployment(['a', 100])], 'b'],
  [
    'not the live one under an older deployment',
    [deployment(['b', 100]), deployment(['b', 100]), deployment(['a', 100])],
    'a',
  ],
  [
    'not one that only had a share',
    [deployment(['c', 100]), deployment(['b', 50], ['a', 50]), deployment(['a', 100])],
    'a',
  ],
  [
    'from a split, one that is not in it',
    [deployment(['c', 10], ['b', 90]), deployment(['b', 100]), deployment(['a', 100])],
    'a',
  ],
  ['none, after a first deploy', [deployment(['a', 100])], null],
])('rolls back to %s', (_what, deployments, target) => {
  expect(defaultTarget(deployments)).toBe(target);
});

test('the beginning of an id is enough, eight digits or more, if it is the only one', () => {
  const ids = ['12345678-a', '12345678-b', '87654321-c'];
  expect(versionByPrefix(ids, '87654321')).toBe('87654321-c');
  expect(versionByPrefix(ids, '8765')).toBe('8765');
  expect(versionByPrefix(ids, 'unknown-version')).toBe('unknown-version');
  expect(() => versionByPrefix(ids, '12345678')).toThrow('several versions begin so');
});
