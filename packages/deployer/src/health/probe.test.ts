import { expect, test } from 'vitest';
import { probe } from './probe.ts';

test('an endless answer is cut, not read until the deadline', async () => {
  const piece = new Uint8Array(64 * 1024).fill(97);
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(piece),
    cancel: () => {
      cancelled = true;
    },
  });
  const measured = await probe({
    url: 'https://worker.example.com/health',
    check: { headers: {}, timeoutMs: 60_000 },
    fetch: async () => new Response(body),
    now: () => 0,
  });
  expect([measured.status, measured.text.length, cancelled]).toEqual([200, 256 * 1024, true]);
});
