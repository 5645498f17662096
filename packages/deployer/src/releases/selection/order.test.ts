import { expect, test } from 'vitest';
import { byTurns, orderByNeeds } from './order.ts';

const order = (items: string, needs: Readonly<Record<string, string>>) => {
  const found = orderByNeeds([...items], (item) => [...(needs[item] ?? '')]);
  return [found.order.join(''), found.circles.map((circle) => circle.join(''))];
};

test.each([
  ['nobody needs anybody', 'cab', {}, 'cab', []],
  ['the needed one goes first', 'abc', { a: 'c' }, 'cab', []],
  ['and those it needs before it', 'abc', { a: 'b', b: 'c' }, 'cba', []],
  ['what is not there does not count, nor does oneself', 'ab', { a: 'xa' }, 'ab', []],
  ['a circle is named and begun somewhere', 'abc', { a: 'b', b: 'a' }, 'bac', ['ab']],
] as const)('%s', (_what, items, needs, expected, circles) => {
  expect(order(items, needs)).toEqual([expected, circles]);
});

test('groups take turns, and each keeps its order', () => {
  const items = ['a1', 'a2', 'a3', 'b1', 'c1', 'c2'];
  expect(byTurns(items, (item) => item.charAt(0))).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
});
