import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createWindowSet } from './window-set.ts';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

test('a piece is found where it stands, and nowhere else', () => {
  const set = createWindowSet(4);
  expect(set.has('abcd', 0)).toBe(false);
  set.add('abcd');
  set.add('\u{1F600}xy');
  expect([0, 1, 2, 3].map((at) => set.has('xabcdabc', at))).toEqual([false, true, false, false]);
  expect([set.has('x\u{1F600}xy', 1), set.has('abc', 0), set.has('xabc', 1), set.has('', 0)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test('of many pieces each is found, once or twice added, and none that was not', () => {
  const set = createWindowSet(12);
  const pieces = Array.from({ length: 5_000 }, (_, index) => digest(`in ${index}`).slice(0, 12));
  for (const piece of [...pieces, ...pieces]) set.add(piece);
  expect(pieces.filter((piece) => !set.has(`..${piece}`, 2))).toEqual([]);
  const others = Array.from({ length: 5_000 }, (_, index) => digest(`out ${index}`));
  expect(others.filter((other) => set.has(other, 0))).toEqual([]);
});
