import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { endOrphans } from '../../src/runtime/process/orphans.ts';
import { temporaryDir } from './world.ts';

const HOLDER = fileURLToPath(new URL('fixtures/workerd-holder.mjs', import.meta.url));

function childrenOf(pid: number | undefined): number[] {
  return execFileSync('pgrep', ['-P', String(pid), 'workerd'], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(Number);
}

describe.skipIf(process.platform === 'win32')('a workerd whose owner was killed', () => {
  it('is ended when it holds files of the folder, and left alone while its owner lives', async () => {
    const { dir, remove } = await temporaryDir();
    const owner = spawn(process.execPath, [HOLDER, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(owner.stdout, 'data');
    const workerd = childrenOf(owner.pid);
    expect(workerd).toHaveLength(1);
    expect(await endOrphans(dir)).toEqual([]);

    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(await endOrphans(join(dir, 'elsewhere'))).toEqual([]);
    expect(await endOrphans(dir)).toEqual(workerd);
    await vi.waitFor(async () => expect(await endOrphans(dir)).toEqual([]));
    await remove();
  });
});
