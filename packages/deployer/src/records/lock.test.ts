import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { withTenantLock } from './lock.ts';

test('whenever a process is killed, the lock that it leaves says whose it was', async () => {
  const rootDir = await mkdtemp(join(tmpdir(), 'cf-deploy-lock-'));
  const file = join(rootDir, '.cf-deploy', 'locks', 'acme@default');
  const seen = new Set<string>();
  const over = new AbortController();
  const look = (): void => void seen.add(`${existsSync(`${file}.lock`)} ${existsSync(`${file}.owner`)}`);
  const watch = async (): Promise<void> => {
    for (; !over.signal.aborted; await turn()) look();
  };
  try {
    const watching = watch();
    for (let round = 0; round < 20; round += 1) {
      await withTenantLock({ rootDir, tenant: 'acme', environment: null }, async () => look());
      await turn();
    }
    over.abort();
    await watching;

    expect([...seen].toSorted()).toEqual(['false false', 'true true']);
  } finally {
    await rm(rootDir, { recursive: true });
  }
});
