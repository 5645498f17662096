import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEmulator, LOCAL_TOKEN, type Emulator } from '@cf-deploy/emulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli, type CliRun } from './support/run-cli.ts';

const EXAMPLE = fileURLToPath(new URL('../../../examples/plain', import.meta.url));
const ACCOUNT = '0123456789abcdef0123456789abcdef';
const HINT = /healthCheck: \{ path: "\/" \}/g;

let root: string;
let emulator: Emulator;
let baseUrl: string;

const cli = (...args: string[]): Promise<CliRun> =>
  runCli(args, {
    cwd: root,
    env: { CLOUDFLARE_API_TOKEN: LOCAL_TOKEN, CLOUDFLARE_API_BASE_URL: baseUrl },
  });

/** The variable that the live version has. */
async function greeting(): Promise<unknown> {
  const answer = await emulator.fetch(new Request('https://example-plain.test.workers.dev/'));
  return ((await answer.json()) as { readonly variables: { readonly GREETING: string } }).variables.GREETING;
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cf-deploy-cli-plain-'));
  emulator = await createEmulator({
    accounts: [{ id: ACCOUNT, subdomain: 'test' }],
    runtime: 'double',
    rateLimit: null,
  });
  baseUrl = `${(await emulator.listen()).url}/client/v4`;
});

afterEach(async () => {
  await emulator.close();
  await rm(root, { recursive: true, force: true });
});

describe('the example of a plain wrangler project', () => {
  it('is deployed, has not drifted and goes back, without any file of ours', async () => {
    await cp(EXAMPLE, root, { recursive: true });
    expect((await readdir(root)).toSorted()).toEqual(['src', 'wrangler.jsonc']);

    const first = await cli('deploy', '--no-check-startup', '--json');
    expect([first.exitCode, first.json.error]).toEqual([0, undefined]);
    expect(first.json.result).toMatchObject({ scriptName: 'example-plain', endState: 'live' });
    expect(first.stdout).not.toMatch(HINT);
    expect(await greeting()).toBe('Hello');
    expect((await cli('drift', '--json')).exitCode).toBe(0);

    const file = join(root, 'wrangler.jsonc');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"Hello"', '"Goodbye"'));
    const second = await cli('deploy', '--no-check-startup');
    expect(second.exitCode).toBe(0);
    expect(second.stdout.match(HINT)).toHaveLength(1);
    expect(await greeting()).toBe('Goodbye');

    const back = await cli('rollback', '--json');
    expect(back.json.result).toMatchObject({ versionId: first.json.result.versionId, endState: 'live' });
    expect(await greeting()).toBe('Hello');
  });
});

describe('how to add a health check', () => {
  const apps = async (config: string): Promise<string> => {
    await writeFile(join(root, 'cf-deploy.config.mjs'), `export default { ${config} };`);
    for (const app of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) {
      const folder = join(root, 'apps', app);
      await cp(EXAMPLE, folder, { recursive: true });
      const file = join(folder, 'wrangler.jsonc');
      await writeFile(file, (await readFile(file, 'utf8')).replace('example-plain', app));
    }
    const { exitCode, stdout } = await cli('deploy', '--all', '--no-check-startup');
    expect(exitCode).toBe(0);
    return stdout;
  };

  it('is said once for all Workers of a deploy', async () => {
    const stdout = await apps(`apps: ['apps/*']`);
    expect(stdout.match(HINT)).toHaveLength(1);
    expect(stdout).toContain('adds a health check to 7 Workers');
    // Again nothing is deployed, so there is nothing to say.
    expect((await cli('deploy', '--all', '--no-check-startup')).stdout).not.toMatch(HINT);
  });

  it('is not said where the project switched it off', async () => {
    expect(await apps(`apps: ['apps/*'], healthCheck: false`)).not.toMatch(/healthCheck/);
  });
});
