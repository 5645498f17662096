import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryDir } from './world.ts';

const HOLDER = fileURLToPath(new URL('fixtures/emulator-holder.mjs', import.meta.url));
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const OUT = join(PACKAGE, 'node_modules/.cache', `cf-deploy-killed-${process.pid}`);

/** Children of a process that have a name. */
function childrenOf(pid: number | undefined, name: string): number[] {
  try {
    const found = execFileSync('pgrep', ['-P', String(pid), name], { encoding: 'utf8' });
    return found.trim().split('\n').map(Number);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function startHolder(
  stateDir: string,
): Promise<{ owner: ChildProcess; workerds: number[]; shells: number[] }> {
  const bundle = pathToFileURL(join(OUT, 'index.js')).href;
  const owner = spawn(process.execPath, [HOLDER, bundle, stateDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(owner.stdout, 'data')) as [Buffer];
  expect(said.toString()).toBe('hello');
  return { owner, workerds: childrenOf(owner.pid, 'workerd'), shells: childrenOf(owner.pid, 'sh') };
}

describe.skipIf(process.platform === 'win32')('an emulator that is killed', () => {
  let killed: Awaited<ReturnType<typeof startHolder>>;
  let left: typeof killed;
  let folders: readonly Awaited<ReturnType<typeof temporaryDir>>[];

  beforeAll(async () => {
    await mkdir(OUT, { recursive: true });
    await build({
      entryPoints: [join(PACKAGE, 'src/index.ts')],
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      outdir: OUT,
    });
    const [one, other] = await Promise.all([temporaryDir(), temporaryDir()]);
    folders = [one, other];
    [killed, left] = await Promise.all([startHolder(one.dir), startHolder(other.dir)]);
    killed.owner.kill('SIGKILL');
    await once(killed.owner, 'exit');
  }, 30_000);
  afterAll(async () => {
    await rm(OUT, { recursive: true, force: true });
    await Promise.all(folders.map(({ remove }) => remove()));
  });

  it('leaves no workerd behind, neither that of checks nor that of Workers', async () => {
    expect(killed.workerds).toHaveLength(2);
    expect(killed.shells).toHaveLength(1);
    await vi.waitFor(() => expect([...killed.workerds, ...killed.shells].filter(isAlive)).toEqual([]), {
      timeout: 5_000,
    });
  }, 30_000);

  it('leaves the workerd of another emulator alone', async () => {
    await vi.waitFor(() => expect(killed.workerds.filter(isAlive)).toEqual([]), { timeout: 5_000 });
    expect(left.workerds).toHaveLength(2);
    expect(left.workerds.filter(isAlive)).toEqual(left.workerds);
    left.owner.kill('SIGKILL');
    await once(left.owner, 'exit');
    await vi.waitFor(() => expect(left.workerds.filter(isAlive)).toEqual([]), { timeout: 5_000 });
  }, 30_000);
});
