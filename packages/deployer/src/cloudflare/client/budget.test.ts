import { expect, test } from 'vitest';
import { createBudget } from './budget.ts';

function world(limit?: number) {
  let now = 0;
  const waits: number[] = [];
  const budget = createBudget({
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    onWaiting: (ms) => waits.push(ms),
    ...(limit === undefined ? {} : { limit }),
  });
  return { budget, waits, time: () => now };
}

test('calls below the limit of the token are not held up', async () => {
  const { budget, waits } = world();
  for (let call = 0; call < 1_150; call += 1) await budget.take();
  expect(waits).toEqual([]);
});

test('the call that would pass the limit waits until the oldest one is five minutes old, and says so', async () => {
  const { budget, waits, time } = world(60);
  for (let call = 0; call < 11; call += 1) await budget.take();
  expect(waits).toEqual([300_000]);
  expect(time()).toBe(300_000);
});

test('an answer that says no calls are left closes the token until the reset', async () => {
  const { budget, waits } = world();
  budget.observe(new Headers({ ratelimit: '"default";r=0;t=12' }));
  await budget.take();
  expect(waits).toEqual([12_000]);
});

test('an answer with calls left, or an unreadable header, changes nothing', async () => {
  const { budget, waits } = world();
  budget.observe(new Headers({ ratelimit: '"default";r=5;t=12' }));
  budget.observe(new Headers({ ratelimit: 'nonsense' }));
  await budget.take();
  expect(waits).toEqual([]);
});

test('a wait longer than the limiter ever blocks is an error instead', async () => {
  const { budget } = world();
  budget.pause(400_000);
  await expect(budget.take()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
});

test('calls that somebody else sends with the token are noticed and left room', async () => {
  const { budget, waits } = world();
  for (let call = 0; call < 100; call += 1) await budget.take();
  budget.observe(
    new Headers({ ratelimit: '"default";r=200;t=200', 'ratelimit-policy': '"burst";q=1200;w=300' }),
  );
  for (let call = 0; call < 200; call += 1) await budget.take();
  expect(waits).toEqual([]);
  await budget.take();
  expect(waits).toHaveLength(1);
});
