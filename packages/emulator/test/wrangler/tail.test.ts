import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { WorkerLogEvent } from '../../src/index.ts';
import { ACCOUNT, call, upload } from '../support/client.ts';
import { createFakeRuntime } from '../support/fake-runtime.ts';
import { wranglerBench } from '../support/wrangler.ts';
import type { WranglerBench } from '../support/wrangler.ts';

let bench: WranglerBench;
const listeners = new Set<(event: WorkerLogEvent) => void>();

beforeEach(async () => {
  bench = await wranglerBench({
    runtime: () => ({
      ...createFakeRuntime(),
      onLog: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    }),
  });
});
afterEach(() => bench.close());

it('wrangler tail shows what a Worker logs, time and again, and the emulator outlives it', async () => {
  await call(bench.emulator, 'PUT', '/accounts/:account/workers/scripts/hello', upload());
  const line = { accountId: ACCOUNT, scriptName: 'hello', versionId: 'v', level: 'log' } as const;
  const say = (message: string): void => {
    const at = new Date().toISOString();
    for (const listener of listeners) listener({ ...line, at, message });
  };
  for (const [round, signal] of (['SIGINT', 'SIGKILL', 'SIGTERM'] as const).entries()) {
    const tail = bench.start(['tail', 'hello', '--format', 'json']);
    await vi.waitFor(
      () => {
        say(`round ${round}`);
        expect(tail.output()).toContain(`round ${round}`);
      },
      { timeout: 20_000, interval: 200 },
    );
    await tail.end(signal);
    say('to nobody');
    expect((await call(bench.emulator, 'GET', '/accounts/:account/workers/scripts')).status).toBe(200);
  }
}, 60_000);
