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
  expect(names()).toHaveLength(32);
  now = 10_000;
  use('last');
  expect(names()).toEqual(['w99', 'last']);
});
