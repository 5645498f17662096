import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** `npm run bench:crash` does the same fifty times. */
test('a release whose process is killed is gone on with, and every target is deployed exactly once', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['bench/crash.mjs', '--runs=1', '--seed=3', '--tenants=3'],
    { cwd: root },
  );
  expect(JSON.parse(stdout)).toEqual({ runs: 1, seed: 3, killed: 1, faults: [] });
}, 120_000);
