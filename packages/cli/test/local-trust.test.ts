import { chmod, mkdir, readFile, realpath, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { proofOf } from '@cf-deploy/emulator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answeringHealth } from './support/answering-health.ts';
import { createProject, type Project } from './support/project.ts';
import { startLocal } from './support/running-local.ts';

const TARGET = ['--tenant=mrrainbowsmoke', '--env=staging'];
const TOKEN = 'f'.repeat(64);

let project: Project;
let server: Server;
let url: string;
/** Whether the planted server knows how to prove the planted token. */
let proves = true;
const heard: IncomingMessage[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    heard.push(request);
    const nonce = new URL(request.url ?? '/', url).searchParams.get('nonce') ?? '';
    const proof = proves ? proofOf(TOKEN, url, nonce) : '0'.repeat(64);
    response.end(JSON.stringify({ ok: true, proof }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

beforeEach(async () => {
  project = await createProject({ runtime: answeringHealth, simple: true });
  heard.splice(0);
  proves = true;
});
afterEach(() => project.remove());

/** Writes a running.json that is right but for `changes`. */
async function plant(changes: object = {}, mode = 0o600): Promise<string> {
  const folder = join(project.root, '.cf-deploy');
  const file = join(folder, 'running.json');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const startedAt = new Date().toISOString();
  const root = await realpath(project.root);
  const right = { pid: process.pid, url, token: TOKEN, startedAt, strict: false, host: hostname(), root };
  await writeFile(file, JSON.stringify({ ...right, ...changes }));
  await chmod(file, mode);
  return file;
}

async function expectIgnored(why: RegExp): Promise<void> {
  const { exitCode, stderr } = await project.cli(['plan', ...TARGET, '--local']);
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(why);
  const status = await project.cli(['local', 'status', '--json']);
  expect(status.json.result.running).toBe(false);
  for (const { method, headers, url: path } of heard) {
    expect([method, path, headers.authorization]).toEqual([
      'GET',
      expect.stringMatching(/^\/__cf-deploy\/proof\?nonce=[0-9a-f]{64}$/),
      undefined,
    ]);
  }
}

describe('a running.json that somebody planted', () => {
  it.each<[string, object, RegExp]>([
    ['leads off this machine', { url: 'http://evil.example:80' }, /not on this machine/],
    ['leads to a name', { url: 'http://localhost:1' }, /not on this machine/],
    ['hides its host behind a user', { url: 'http://127.0.0.1:1@evil.example' }, /not on this machine/],
    ['leads to a path', { url: 'http://127.0.0.1:1/x' }, /not on this machine/],
    ['names a process that is gone', { pid: 2 ** 22 + 1 }, /does not run/],
    ['names a process of another user', { pid: 1 }, /does not run|does not prove/],
    ['is from another machine', { host: 'elsewhere' }, /another machine/],
    ['is from another folder', { root: '/elsewhere' }, /another folder/],
    ['has a token anybody could guess', { token: 'local' }, /not what local start writes/],
    ['has a field too many', { more: 1 }, /not what local start writes/],
    ['is endless', { root: 'x'.repeat(100_000) }, /too long/],
  ])('and that %s is not used, and the command says why', async (_, changes, why) => {
    proves = !('pid' in changes);
    await plant(changes);
    await expectIgnored(why);
  });

  it('and that others can write, as one that came with a repository, is not used', async () => {
    await plant({}, 0o644);
    await expectIgnored(/others may read or write it \(mode 644\)/);
    expect(heard).toEqual([]);
  });

  it('and that lies in a folder others can write is not used', async () => {
    await plant();
    await chmod(join(project.root, '.cf-deploy'), 0o777);
    await expectIgnored(/others may write its folder/);
    // Not even now that the folder is private.
    await expectIgnored(/^/);
    expect(heard).toEqual([]);
  });

  it('and that is a link is not used', async () => {
    const file = await plant();
    await rename(file, join(project.root, 'elsewhere.json'));
    await symlink(join(project.root, 'elsewhere.json'), file);
    await expectIgnored(/a link/);
    expect(heard).toEqual([]);
  });

  it('and whose server does not know the token gets nothing but a question', async () => {
    proves = false;
    await plant();
    const { result } = (await project.cli(['local', 'status', '--json'])).json;
    expect(result).toMatchObject({
      running: false,
      url: null,
      ignored: expect.stringContaining('does not prove'),
    });
    await expectIgnored(/does not prove that it knows the token/);
    expect(heard.length).toBeGreaterThan(0);
  });
});

describe('what local start writes', () => {
  it('is private, has another token each time, and the token opens nothing after the end', async () => {
    const tokens: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      const cloudflare = await startLocal(project);
      tokens.push(cloudflare.token);
      const file = join(project.root, '.cf-deploy/running.json');
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect((await stat(join(project.root, '.cf-deploy'))).mode & 0o777).toBe(0o700);
      expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ token: cloudflare.token });
      const verify = async (token: string): Promise<number> =>
        (
          await fetch(`${cloudflare.url}/client/v4/user/tokens/verify`, {
            headers: { authorization: `Bearer ${token}` },
          })
        ).status;
      expect(await verify(cloudflare.token)).toBe(200);
      expect(await Promise.all(tokens.slice(0, -1).map(verify))).toEqual(round === 0 ? [] : [401]);
      expect(await verify('local-emulator-token')).toBe(401);
      expect((await fetch(`${cloudflare.url}/__cf-deploy/status`)).status).toBe(401);
      await cloudflare.stop();
    }
    expect(tokens[0]).not.toBe(tokens[1]);
  });
});
