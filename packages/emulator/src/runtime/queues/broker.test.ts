import { expect, it } from 'vitest';
import { createVirtualClock } from '../../clock.ts';
import type { QueueDocument } from '../../store/model/queues.ts';
import { createBroker } from './broker.ts';
import type { QueueMessage } from './queue-message.ts';

it('a message is due by the clock of the emulator, and so is its next try', async () => {
  const clock = createVirtualClock('2026-01-01T00:00:00.000Z');
  const consumer = {
    type: 'worker',
    scriptName: 'taker',
    deadLetterQueue: null,
    settings: { max_wait_time_ms: 1_000, retry_delay: 30 },
  };
  const queue = { name: 'jobs', settings: {}, consumers: [consumer] } as unknown as QueueDocument;
  const delivered: QueueMessage[] = [];
  const broker = createBroker({
    clock,
    file: { read: async () => new Map(), write: async () => undefined },
    queue: () => queue,
    deliver: async (_script, _queue, batch) => {
      delivered.push(...batch);
      throw new Error('not today');
    },
  });
  await broker.send('jobs', [{ body: 1, delaySeconds: 3_600 }]);
  const after = async (seconds: number): Promise<number> => {
    clock.advance(seconds * 1_000);
    broker.changed();
    await new Promise((resolve) => setImmediate(resolve));
    return delivered.length;
  };
  expect(await after(3_599)).toBe(0);
  expect(await after(3)).toBe(1);
  expect(await after(29)).toBe(1);
  expect(await after(3)).toBe(2);
  expect(delivered.map(({ timestamp, attempts }) => [timestamp, attempts])).toEqual([
    [Date.parse('2026-01-01T00:00:00.000Z'), 1],
    [Date.parse('2026-01-01T00:00:00.000Z'), 2],
  ]);
  await broker.close();
});
