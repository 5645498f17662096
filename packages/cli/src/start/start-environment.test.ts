import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { expect, it } from 'vitest';
import { takeEnvironment } from './start-environment.ts';

it('takes tokens and secrets out of the process and keeps what programs need', () => {
  const env: Record<string, string | undefined> = { PATH: '/bin', CLOUDFLARE_API_TOKEN: 'x', OTHER: 'y' };
  const wiped: string[] = [];
  const taken = takeEnvironment(env, (names) => wiped.push(...names));
  expect(env).toEqual({ PATH: '/bin' });
  expect(taken).toEqual({ PATH: '/bin', CLOUDFLARE_API_TOKEN: 'x', OTHER: 'y' });
  expect(wiped).toEqual(['CLOUDFLARE_API_TOKEN', 'OTHER']);
});

it.runIf(process.platform === 'linux')(
  'another process of the same user does not read them from /proc either',
  () => {
    const file = fileURLToPath(new URL('./wipe-start-environment.ts', import.meta.url));
    const { code } = transformSync(readFileSync(file, 'utf8'), { loader: 'ts' });
    const script = `
      const { wipeStartEnvironment } = await import('data:text/javascript;base64,${Buffer.from(code).toString('base64')}');
      const { execFileSync } = await import('node:child_process');
      const read = () => execFileSync('cat', ['/proc/' + process.pid + '/environ'], { encoding: 'latin1', env: {} });
      const before = read();
      wipeStartEnvironment(new Set(['PLANTED', 'ÜMLAUT']));
      process.stdout.write(JSON.stringify([before, read(), process.env.KEPT]));`;
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { PATH: process.env['PATH'], KEPT: 'kept', PLANTED: 'planted-1', ÜMLAUT: 'planted-2 é' },
      encoding: 'utf8',
    });
    const [before, after, kept] = JSON.parse(out) as [string, string, string];
    expect(before).toContain('planted-1');
    expect(before).toContain('planted-2');
    expect(after).not.toContain('planted');
    expect([kept, after.includes('KEPT=kept')]).toEqual(['kept', true]);
  },
);
