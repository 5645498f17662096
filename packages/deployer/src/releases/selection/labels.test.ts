import { expect, test } from 'vitest';
import { matchesLabels, parseLabel } from './labels.ts';

test.each([
  ['tier=gold', true],
  ['tier=free', false],
  ['tier!=gold', false],
  ['tier!=free', true],
  ['region!=eu', true],
  ['tier', true],
  ['!tier', false],
  ['!region', true],
  ['note=a=b', true],
  ['constructor', false],
])('a tenant with tier gold and note a=b meets %s: %s', (text, expected) => {
  expect(matchesLabels({ tier: 'gold', note: 'a=b' }, [parseLabel(text)])).toBe(expected);
});

test('all conditions must hold', () => {
  const conditions = ['tier=gold', 'region=eu'].map(parseLabel);
  expect(matchesLabels({ tier: 'gold', region: 'us' }, conditions)).toBe(false);
});

test.each(['', '=x', '!', 'a b', '!=x', '!a!=b'])('%j is no condition', (text) => {
  expect(() => parseLabel(text)).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error);
});
