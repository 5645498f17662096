import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shareStore } from './open-store.ts';

test('the store is opened once while somebody keeps it, and closed with the last who does', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cf-deploy-store-'));
  const shared = shareStore(join(folder, 'releases.db'));
  try {
    const first = shared.hold();
    shared.release();
    expect(() => first.frozen('', 0)).toThrow(/not open/);
    const kept = await shared.keep(async () => {
      const held = shared.hold();
      shared.release();
      await shared.keep(async () => {
        expect(shared.hold()).toBe(held);
        shared.release();
      });
      expect(held.frozen('', 0)).toBeNull();
      return held;
    });
    expect(() => kept.frozen('', 0)).toThrow(/not open/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
