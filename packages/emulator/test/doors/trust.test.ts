import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LOCAL_TOKEN, createEmulator, newNonce, proofOf } from '../../src/index.ts';
import type { Emulator } from '../../src/index.ts';
import { ACCOUNT, TOKEN, testEmulator, upload } from '../support/client.ts';
import { createFakeRuntime } from '../support/fake-runtime.ts';

const ADMIN_ROUTES = [
  'GET /',
  'GET /status',
  'GET /weather',
  'PUT /weather',
  'POST /faults',
  'DELETE /faults',
  'POST /seed',
  'GET /requests',
  'DELETE /requests',
  'GET /logs',
  'POST /clock',
  'POST /snapshots',
  'POST /restore',
  'POST /edits',
  'POST /scheduled',
  'POST /queue-messages',
  'GET /nothing',
];

describe('a stranger on this machine', () => {
  let emulator: Emulator;
  let url: string;
  beforeEach(async () => {
    emulator = await testEmulator();
    ({ url } = await emulator.listen());
  });
  afterEach(() => emulator.close());

  it.each(ADMIN_ROUTES)('gets nothing from the admin endpoint: %s', async (route) => {
    const [method = '', path = ''] = route.split(' ');
    for (const authorization of [undefined, 'Bearer wrong', `Bearer ${TOKEN}`, `Basic ${TOKEN}`, 'Bearer ']) {
      const response = await fetch(`${url}/__cf-deploy${path}`, {
        method,
        headers: authorization === undefined ? {} : { authorization },
        ...(method === 'POST' || method === 'PUT' ? { body: '{}' } : {}),
      });
      expect(response.status).toBe(401);
      expect(await response.text()).not.toContain(ACCOUNT);
    }
  });

  it('does not get in with a guess of the page’s address, and a browser does with the right one', async () => {
    const wrong = await fetch(`${url}/?token=guess`);
    expect(wrong.status).toBe(401);
    const entered = await fetch(`${url}/__cf-deploy/?token=${emulator.adminToken}`, { redirect: 'manual' });
    const cookie = entered.headers.get('set-cookie') ?? '';
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/__cf-deploy/']);
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(emulator.adminToken);
    const own = { cookie: `other=1; ${cookie.split(';')[0] ?? ''}` };
    expect(await (await fetch(`${url}/__cf-deploy/`, { headers: own })).text()).toContain(
      'Embedded Cloudflare',
    );
    // The cookie goes to every port of the host, so it opens the page and nothing else.
    expect((await fetch(`${url}/__cf-deploy/requests`, { headers: own })).status).toBe(401);
  });

  it('cannot pass on the proof of a server as its own: the address is part of it', async () => {
    const nonce = newNonce();
    const ask = async (host: string): Promise<unknown> =>
      (
        (await (await fetch(`${url}/__cf-deploy/proof?nonce=${nonce}`, { headers: { host } })).json()) as {
          proof: string;
        }
      ).proof;
    expect(await ask(new URL(url).host)).toBe(proofOf(emulator.adminToken, url, nonce));
    expect(await ask('127.0.0.1:1')).not.toBe(proofOf(emulator.adminToken, 'http://127.0.0.1:1', nonce));
    expect((await fetch(`${url}/__cf-deploy/proof?nonce=short`)).status).toBe(400);
  });

  it('does not find the same token twice', async () => {
    const other = await testEmulator();
    expect(other.adminToken).not.toBe(emulator.adminToken);
    expect(emulator.adminToken.length).toBeGreaterThanOrEqual(32);
    await other.close();
  });
});

describe('a body that is too long', () => {
  const bodyLimits = { api: 2_000, admin: 1_000, worker: 500 };
  let emulator: Emulator;
  let url: URL;
  beforeEach(async () => {
    emulator = await testEmulator({
      bodyLimits,
      runtime: () => ({
        ...createFakeRuntime(),
        fetch: async (request) => new Response(`read ${(await request.text()).length}`),
      }),
    });
    url = new URL((await emulator.listen()).url);
  });
  afterEach(() => emulator.close());

  /** Sends a body of `size` bytes and gives the first line of the answer. */
  async function send(path: string, host: string, size: number, chunked: boolean): Promise<string> {
    const socket = connect({ host: '127.0.0.1', port: Number(url.port) });
    socket.on('error', () => undefined);
    const length = chunked ? 'transfer-encoding: chunked' : `content-length: ${size}`;
    const token = path.startsWith('/client') ? TOKEN : emulator.adminToken;
    const head = [`POST ${path} HTTP/1.1`, `host: ${host}`, length, `authorization: Bearer ${token}`];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    const body = ' '.repeat(size);
    socket.write(chunked ? `${size.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return answer.toString().split('\r\n')[0] ?? '';
  }

  it.each([
    ['the API', `/client/v4/accounts/${ACCOUNT}/queues`, 'localhost', bodyLimits.api],
    ['the admin endpoint', '/__cf-deploy/seed', 'localhost', bodyLimits.admin],
    ['a Worker', '/', 'hello.test.workers.dev', bodyLimits.worker],
  ])('for %s is refused, whether or not it says its length', async (_, path, host, max) => {
    for (const chunked of [false, true]) {
      expect(await send(path, host, max, chunked)).not.toContain('413');
      expect(await send(path, host, max + 1, chunked)).toContain('413');
    }
  });
});

describe.skipIf(process.platform === 'win32')('other users of this machine', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'cf-deploy-modes-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  async function modes(folder: string): Promise<string[]> {
    const names = await readdir(folder, { recursive: true });
    const found = await Promise.all(
      ['', ...names].map(async (name) => {
        const { mode } = await stat(join(folder, name));
        return `${name === '' ? '.' : name} ${(mode & 0o777).toString(8)}`;
      }),
    );
    return found.filter((line) => !/ (?:600|700)$/.test(line));
  }

  it('cannot read or list any of the state, not even what an older version or the runtime left open', async () => {
    const stateDir = join(dir, 'state');
    await mkdir(join(stateDir, 'blobs/aa'), { recursive: true });
    await writeFile(join(stateDir, 'blobs/aa/old'), 'x');
    await chmod(join(stateDir, 'blobs/aa/old'), 0o666);
    const emulator = await createEmulator({
      stateDir,
      accounts: [{ id: ACCOUNT, subdomain: 'test' }],
      runtime: async ({ dataDir }) => {
        await mkdir(join(dataDir, 'kv'), { recursive: true });
        await writeFile(join(dataDir, 'kv/value.sqlite'), 'x', { mode: 0o644 });
        return createFakeRuntime();
      },
    });
    const put = await emulator.fetch(
      new Request(`https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/workers/scripts/hello`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${LOCAL_TOKEN}` },
        body: upload(),
      }),
    );
    expect(put.status).toBe(200);
    expect((await stat(stateDir)).mode & 0o777).toBe(0o700);
    await emulator.close();
    expect(await modes(stateDir)).toEqual([]);
  });

  it('cannot use the token of an earlier start', async () => {
    const stateDir = join(dir, 'state');
    const open = async (tokens: string[]): Promise<number> => {
      const emulator = await testEmulator({ stateDir, tokens });
      const response = await emulator.fetch(
        new Request('https://api.cloudflare.com/client/v4/user/tokens/verify', {
          headers: { authorization: 'Bearer first' },
        }),
      );
      await emulator.close();
      return response.status;
    };
    expect(await open(['first'])).toBe(200);
    expect(await open(['second'])).toBe(401);
    expect(await open(['first'])).toBe(200);
  });
});
