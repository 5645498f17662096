import { expect, test } from 'vitest';
import { divide, type WaveTarget } from './waves.ts';

const target = (name: string, tier: string, shape = 'plain'): WaveTarget => ({
  target: name,
  labels: { tier },
  shape,
});
const TARGETS = [
  target('a', 'free'),
  target('b', 'gold'),
  target('c', 'free', 'queues'),
  target('d', 'free'),
  target('e', 'gold', 'queues'),
];

const members = (waves: ReturnType<typeof divide>): Record<string, string[]> =>
  Object.fromEntries(
    waves.waves.map(({ name }, wave) => [
      name,
      TARGETS.map((each) => each.target).filter((each) => waves.waveOf.get(each) === wave),
    ]),
  );

test('without waves all targets are one', () => {
  expect(members(divide(TARGETS, []))).toEqual({ all: ['a', 'b', 'c', 'd', 'e'] });
});

test('waves take by label, count and share of all; the last takes who is left', () => {
  const waves = divide(TARGETS, [{ label: 'tier=free', count: 1 }, { percent: 30 }, { label: 'tier=gold' }]);
  expect(members(waves)).toEqual({ 'wave 1': ['a'], 'wave 2': ['b', 'c'], 'wave 3': ['e'], rest: ['d'] });
});

test('an automatic canary has one target of every shape', () => {
  expect(members(divide(TARGETS, [], { canary: 'auto' }))).toEqual({
    canary: ['a', 'c'],
    rest: ['b', 'd', 'e'],
  });
});

test('every target is in exactly one wave, and a wave of nobody is left out', () => {
  const waves = divide(TARGETS, [{ label: 'tier=none' }, { count: 99 }, { count: 1 }]);
  expect(members(waves)).toEqual({ 'wave 2': ['a', 'b', 'c', 'd', 'e'] });
});

test.each([[{}], [{ count: 1, percent: 1 }]])('a wave of %j is refused', (request) => {
  expect(() => divide(TARGETS, [request])).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error);
});

test('waves are as they were asked for, with the defaults', () => {
  const { waves } = divide(
    TARGETS,
    [{ count: 1 }, { name: 'gold', label: ['tier=gold'], bakeSeconds: 5, gate: 'manual' }],
    { canary: 1, bakeSeconds: 3 },
  );
  expect(waves).toEqual([
    { name: 'canary', bakeMs: 3_000, gate: 'auto' },
    { name: 'wave 1', bakeMs: 0, gate: 'auto' },
    { name: 'gold', bakeMs: 5_000, gate: 'manual' },
    { name: 'rest', bakeMs: 0, gate: 'auto' },
  ]);
  expect(divide(TARGETS, [], { canary: 9 }).waves).toEqual([{ name: 'canary', bakeMs: 0, gate: 'auto' }]);
});

test.each([
  [{ percent: 1 }, ['a']],
  [{ percent: 20 }, ['a']],
  [{ percent: 21 }, ['a', 'b']],
  [{ label: 'tier=gold', percent: 20 }, ['b']],
  [{ label: ['tier=free', '!beta'] }, ['a', 'c', 'd']],
])('a wave of %j is %j', (request, names) => {
  expect(members(divide(TARGETS, [{ name: 'it', ...request }])).it).toEqual(names);
});

test.each([
  [
    {},
    'A wave says neither label, count nor percent.',
    'Write for example { percent: 10 } or { label: "tier=free" }.',
  ],
  [{ count: 1, percent: 1 }, 'A wave says count and percent.', 'Keep one of them.'],
])('a wave of %j is refused in words', (request, message, hint) => {
  expect(() => divide(TARGETS, [request])).toThrow(expect.objectContaining({ message, hint }) as Error);
});
