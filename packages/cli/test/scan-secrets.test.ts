import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('../../../.ci/scan-secrets.mjs', import.meta.url));

/** Put together here, so that this file holds none. */
const SECRETS = [
  ['gh', `p_${'a1B2'.repeat(9)}`],
  ['npm', `_${'a1B2'.repeat(9)}`],
  ['AKI', `A${'A1B2'.repeat(4)}`],
  ['CLOUDFLARE_API_TOKEN_ACME', `=${'a1B2'.repeat(10)}`],
  ['-----BEGIN ', 'PRIVATE KEY-----'],
].map((parts) => parts.join(''));

let folder = '';
const git = (...args: readonly string[]): Promise<unknown> =>
  run('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: folder });
const scan = (...args: readonly string[]): Promise<{ code: number; stdout: string }> =>
  run(process.execPath, [SCRIPT, ...args, folder]).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (failure: { code: number; stdout: string }) => failure,
  );

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cf-deploy-scan-'));
  await git('init', '--quiet');
});
afterEach(() => rm(folder, { recursive: true }));

describe('the scan for secrets', () => {
  // One scan for all kinds: each is a process, and what it says of one file hangs on no other.
  it('finds each kind in a tracked file, and says where without saying it', async () => {
    for (const [number, secret] of SECRETS.entries())
      await writeFile(join(folder, `notes${number}.txt`), `one\n${secret}\n`);
    await git('add', '.');
    const { code, stdout } = await scan();
    const places = stdout.split('\n').flatMap((line) => /^notes\d+\.txt:\d+(?=: )/.exec(line) ?? []);
    expect({ code, places }).toEqual({ code: 1, places: SECRETS.map((_, number) => `notes${number}.txt:2`) });
    for (const secret of SECRETS) expect(stdout).not.toContain(secret);
  });

  it('finds one that a later commit took away, when it looks at the history', async () => {
    await writeFile(join(folder, 'notes.txt'), `${SECRETS[0]}\n`);
    await git('add', '.');
    await git('commit', '--quiet', '-m', 'one');
    await writeFile(join(folder, 'notes.txt'), 'gone\n');
    await git('commit', '--quiet', '-am', 'two');
    expect((await scan()).code).toBe(0);
    expect((await scan('--history')).code).toBe(1);
  });

  it('leaves names, examples and what is said to be none alone', async () => {
    const harmless = [
      'CLOUDFLARE_API_TOKEN=',
      'CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN_MRRAINBOWSMOKE }}',
      `${SECRETS[0]} // not-a-secret: an example`,
    ];
    await writeFile(join(folder, 'notes.txt'), harmless.join('\n'));
    await git('add', '.');
    expect(await scan()).toMatchObject({ code: 0 });
  });
});
