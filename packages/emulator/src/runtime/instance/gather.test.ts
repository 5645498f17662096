import { expect, test } from 'vitest';
import { areOfMany, createGather } from './gather.ts';

/** A gather on a clock of its own, with news at the given times. */
function gatherAt(news: readonly number[]) {
  let now = 0;
  const coming = [...news];
  const gather = createGather(
    () => now,
    async (ms) => {
      const until = now + ms;
      for (let at = coming[0]; at !== undefined && at <= until; at = coming[0]) {
        now = at;
        coming.shift();
        gather.news();
      }
      now = until;
    },
  );
  gather.news();
  return { gather, now: () => now };
}

test('one that comes alone does not wait', async () => {
  const { gather, now } = gatherAt([10]);
  await gather.complete(() => false);
  expect(now()).toBe(0);
});

test('of many, a start waits until there was no news for a moment', async () => {
  const { gather, now } = gatherAt([30, 70, 100]);
  await gather.complete(() => true);
  expect(now()).toBe(150);
});

test('it waits no longer than the last start took', async () => {
  const { gather, now } = gatherAt(Array.from({ length: 100 }, (_, index) => index * 20));
  gather.took(200);
  await gather.complete(() => true);
  expect(now()).toBe(200);
});

test('many are more than one script, however often each is asked', () => {
  const need = (name: string) =>
    ({ kind: 'worker', ref: { name, dispatchNamespace: null }, versionId: 'v', preview: false }) as const;
  expect(areOfMany([need('a'), need('a'), { kind: 'kv', id: 'a' }])).toBe(false);
  expect(areOfMany([need('a'), need('b')])).toBe(true);
});
