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

test.each([
  ['tier=gold', { key: 'tier', operator: 'equal', value: 'gold' }],
  ['tier!=gold', { key: 'tier', operator: 'not-equal', value: 'gold' }],
  ['note=a=b', { key: 'note', operator: 'equal', value: 'a=b' }],
  ['tier=', { key: 'tier', operator: 'equal', value: '' }],
  ['beta', { key: 'beta', operator: 'present', value: '' }],
  ['!beta', { key: 'beta', operator: 'absent', value: '' }],
  ['k'.repeat(64), { key: 'k'.repeat(64), operator: 'present', value: '' }],
])('%s is the condition %j', (text, condition) => {
  expect(parseLabel(text)).toEqual(condition);
});

test('what is no condition is shown, but not all of it', () => {
  expect(() => parseLabel('k'.repeat(65))).toThrow(
    expect.objectContaining({
      message: `"${'k'.repeat(64)}" is no condition on labels.`,
      hint: 'Write tier=gold, region!=eu, beta or !beta.',
    }) as Error,
  );
});
