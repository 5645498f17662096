import { expect, test } from 'vitest';
import { createAwake } from './awake.ts';

test('keeps the scripts used last, and more while each was used a moment ago, but not without end', () => {
  let now = 0;
  const awake = createAwake(2, () => now);
  const use = (name: string): void =>
    awake.touch({ kind: 'worker', ref: { name, dispatchNamespace: null }, versionId: 'v', preview: false });
  const names = (): readonly string[] => awake.scripts().map(({ name }) => name);
  for (const name of ['a', 'b', 'c', 'd']) use(name);
  expect(names()).toEqual(['a', 'b', 'c', 'd']);
  now = 1_400;
  use('b');
  now = 2_000;
  use('e');
  expect(names()).toEqual(['b', 'e']);
  for (let index = 0; index < 100; index += 1) use(`w${index}`);
  expect(names()).toHaveLength(64);
  now = 10_000;
  use('last');
  expect(names()).toEqual(['w99', 'last']);
});

test('a script that was asked again and again without a pause makes room soon after, unless it is waited for', () => {
  let now = 0;
  const awake = createAwake(1, () => now);
  const need = (name: string) =>
    ({ kind: 'worker', ref: { name, dispatchNamespace: null }, versionId: name, preview: false }) as const;
  for (const at of [0, 10, 20]) {
    now = at;
    awake.touch(need('quick'));
  }
  now = 100;
  awake.touch(need('other'));
  expect(awake.scripts().map(({ name }) => name)).toEqual(['quick', 'other']);
  now = 120;
  awake.touch(need('last'));
  expect(awake.scripts().map(({ name }) => name)).toEqual(['other', 'last']);
  expect(awake.wasUsed('quick')).toBe(true);
  expect(awake.wasUsed('never')).toBe(false);
  for (const at of [0, 10, 20]) {
    now = 200 + at;
    awake.touch(need('quick'));
  }
  awake.expect(need('quick'));
  now = 1_000;
  awake.touch(need('next'));
  expect(awake.scripts().map(({ name }) => name)).toContain('quick');
});
