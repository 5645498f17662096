import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJournal } from '../../src/store/journal-file.ts';
import { createStore } from '../../src/store/store.ts';

/** A sample; CI goes through 50. */
const SEEDS = Number(process.env['CF_DEPLOY_KILLS'] ?? 12);
/** Several writers at once; each kill is a matter of milliseconds. */
const AT_ONCE = 5;

const WRITER = `
import { openJournal } from './journal-file.ts';
import { createStore } from './store.ts';
const { log, capture } = await openJournal(process.argv[2], Number(process.argv[4]));
const store = createStore(log, capture);
const padding = 'x'.repeat(Number(process.argv[3]));
for (let count = 1; ; count += 1) {
  store.write((tx) => {
    tx.put('kv', 'left', { accountId: 'a', id: 'left', title: String(count) + padding });
    tx.put('kv', 'right', { accountId: 'a', id: 'right', title: String(count) + padding });
  });
  await store.settled();
  process.stdout.write(count + '\\n');
}
`;

describe('state after SIGKILL', () => {
  let dir = '';
  let writer = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'cf-deploy-crash-'));
    writer = join(dir, 'writer.mjs');
    await build({
      stdin: { contents: WRITER, resolveDir: join(import.meta.dirname, '../../src/store'), loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: writer,
    });
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it(
    `holds every acknowledged commit, whole, for ${SEEDS} kills at different moments`,
    { timeout: 120_000 },
    async () => {
      const seeds = Array.from({ length: SEEDS }, (_, seed) => seed);
      while (seeds.length > 0) {
        await Promise.all(
          seeds.splice(0, AT_ONCE).map(async (seed) => {
            const state = join(dir, `state-${seed}`);
            const acknowledged = await writeUntilKilled(writer, state, seed);
            expect(acknowledged, `seed ${seed}: the writer wrote nothing`).toBeGreaterThan(0);
            const { log, capture } = await openJournal(state);
            const store = createStore(log, capture);
            const left = Number.parseInt(store.get('kv', 'left')?.title ?? '0', 10);
            const right = Number.parseInt(store.get('kv', 'right')?.title ?? '0', 10);
            expect(left, `seed ${seed}: a commit is there in part`).toBe(right);
            expect(left, `seed ${seed}: an acknowledged commit is lost`).toBeGreaterThanOrEqual(acknowledged);
            store.write((tx) => tx.put('kv', 'after', { accountId: 'a', id: 'after', title: 'after' }));
            await store.close();
            const again = await openJournal(state);
            expect(createStore(again.log, again.capture).get('kv', 'after')?.title).toBe('after');
            await again.log.close();
          }),
        );
      }
    },
  );
});

/** Runs the writer, kills it after a number of commits that depends on the seed, and gives the last acknowledged one. */
async function writeUntilKilled(writer: string, state: string, seed: number): Promise<number> {
  const padding = [10, 5_000, 200_000][seed % 3] ?? 10;
  // Every other writer begins a new generation all the time.
  const compactAbove = seed % 2 === 0 ? 1 : 4_000_000;
  const child = spawn(process.execPath, [writer, state, String(padding), String(compactAbove)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let acknowledged = 0;
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    const lines = output.split('\n');
    acknowledged = Number(lines.at(-2) ?? 0);
    if (acknowledged >= 1 + seed * 3) child.kill('SIGKILL');
  });
  await new Promise((resolve) => child.once('close', resolve));
  return acknowledged;
}
