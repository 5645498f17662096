import { expect, test } from 'vitest';
import { byTurns, orderByNeeds } from './order.ts';

/** Needs as letters; those that an item can be begun without are small. */
const order = (items: string, needs: Readonly<Record<string, string>>) => {
  const found = orderByNeeds([...items], (item) =>
    [...(needs[item] ?? '')].map((need) => ({ item: need.toUpperCase(), soft: need !== need.toUpperCase() })),
  );
  return [found.order.join(''), [...found.begun].join(''), found.circles.map((circle) => circle.join(''))];
};

test.each([
  ['nobody needs anybody', 'CAB', {}, 'CAB', '', []],
  ['the needed one goes first', 'ABC', { A: 'C' }, 'CAB', '', []],
  ['and those it needs before it', 'ABC', { A: 'B', B: 'c' }, 'CBA', '', []],
  ['what is not there does not count, nor does oneself', 'AB', { A: 'XA' }, 'AB', '', []],
  ['a circle that nobody can begin is named', 'ABC', { A: 'B', B: 'A' }, 'ABC', '', ['AB']],
  ['one of soft needs is begun by its last', 'ABC', { A: 'b', B: 'a' }, 'ABC', 'B', []],
  ['by one whose only needs in it are soft', 'ABC', { A: 'b', B: 'C', C: 'A' }, 'CBA', 'A', []],
  ['after what all of it needs', 'ABC', { A: 'bc', B: 'a' }, 'CAB', 'B', []],
  ['before what needs any of it', 'CAB', { C: 'A', A: 'b', B: 'a' }, 'ABC', 'B', []],
  ['where two are in each circle, both are begun', 'ABC', { A: 'bc', B: 'ac', C: 'ab' }, 'ABC', 'CB', []],
  ['two circles are two', 'ABCD', { A: 'b', B: 'a', C: 'd', D: 'c' }, 'ABCD', 'BD', []],
  ['hard needs inside a circle hold', 'ABC', { A: 'bC', B: 'a', C: 'b' }, 'CAB', 'B', []],
  ['a hard circle inside soft ones is what is named', 'ABC', { A: 'b', B: 'aC', C: 'B' }, 'ABC', '', ['BC']],
] as const)('%s', (_what, items, needs, expected, begun, circles) => {
  expect(order(items, needs)).toEqual([expected, begun, circles]);
  expect(order(expected, needs)).toEqual([expected, begun, circles]);
});

test('three thousand in one row, and as many in one circle, have an order', () => {
  const many = Array.from({ length: 3_000 }, (_, index) => index);
  const needs = (last: readonly number[]) => (item: number) =>
    (item + 1 < many.length ? [item + 1] : last).map((need) => ({ item: need, soft: true }));
  expect(orderByNeeds(many, needs([])).order[0]).toBe(2_999);
  expect([...orderByNeeds(many, needs([0])).begun]).toEqual([2_999]);
});

test('groups take turns, and each keeps its order', () => {
  const items = ['a1', 'a2', 'a3', 'b1', 'c1', 'c2'];
  expect(byTurns(items, (item) => item.charAt(0))).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
});
