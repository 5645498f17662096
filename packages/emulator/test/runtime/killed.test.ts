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
  });
  afterAll(() => rm(OUT, { recursive: true, force: true }));

  it('leaves no workerd behind, neither that of checks nor that of Workers', async () => {
    const { dir, remove } = await temporaryDir();
    const { owner, workerds, shells } = await startHolder(dir);
    expect(workerds).toHaveLength(2);
    expect(shells).toHaveLength(1);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    await vi.waitFor(() => expect([...workerds, ...shells].filter(isAlive)).toEqual([]), { timeout: 5_000 });
    await remove();
  }, 30_000);

  it('leaves the workerd of another emulator alone', async () => {
    const [one, other] = await Promise.all([temporaryDir(), temporaryDir()]);
    const killed = await startHolder(one.dir);
    const left = await startHolder(other.dir);
    killed.owner.kill('SIGKILL');
    await once(killed.owner, 'exit');
    await vi.waitFor(() => expect(killed.workerds.filter(isAlive)).toEqual([]), { timeout: 5_000 });
    expect(left.workerds.filter(isAlive)).toEqual(left.workerds);
    left.owner.kill('SIGKILL');
    await once(left.owner, 'exit');
    await vi.waitFor(() => expect(left.workerds.filter(isAlive)).toEqual([]), { timeout: 5_000 });
    await Promise.all([one.remove(), other.remove()]);
  }, 30_000);
});
