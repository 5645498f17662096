import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPublicFetch, guardedLookup, type PublicFetchOptions } from './public-fetch.ts';

let server: Server;
let port: number;
let asked: string[];

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(`${request.headers.host} ${request.url}`);
    const status = Number(request.url?.slice(1));
    if (status > 0) response.writeHead(status).end();
    else if (request.url === '/away') response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    else response.writeHead(200, { 'x-seen': '1' }).end(`hello ${request.headers['x-key'] ?? ''}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
});

const loopback = [{ address: '127.0.0.1', family: 4 }];

test('a name that leads to this machine is refused, and nothing is connected', async () => {
  const fetch = createPublicFetch({ resolve: async () => loopback });
  await expect(fetch(`http://acme.example.com:${port}/health`)).rejects.toMatchObject({
    cause: { code: 'ERR_ADDRESS_REFUSED' },
  });
  expect(asked).toEqual([]);
});

test('one private address among public ones is enough to refuse a name', async () => {
  const fetch = createPublicFetch({ resolve: async () => [{ address: '1.1.1.1', family: 4 }, ...loopback] });
  await expect(fetch(`http://acme.example.com:${port}/`)).rejects.toMatchObject({
    cause: { code: 'ERR_ADDRESS_REFUSED' },
  });
});

test('the address that was looked at is the one that is connected to: the name is asked for once', async () => {
  let asks = 0;
  const fetch = createPublicFetch({
    resolve: async () => {
      asks += 1;
      return loopback;
    },
    mayConnect: () => true,
  });
  const response = await fetch(`http://acme.example.com:${port}/health`, { headers: { 'x-key': 'k' } });
  expect([response.status, response.headers.get('x-seen'), await response.text()]).toEqual([
    200,
    '1',
    'hello k',
  ]);
  expect([asks, asked]).toEqual([1, [`acme.example.com:${port} /health`]]);
});

test('a redirect is given back, not followed', async () => {
  const fetch = createPublicFetch({ resolve: async () => loopback, mayConnect: () => true });
  const response = await fetch(`http://acme.example.com:${port}/away`);
  expect([response.status, response.headers.get('location')]).toEqual([302, 'http://169.254.169.254/']);
  expect(asked).toHaveLength(1);
});

test('a request that is stopped ends, and a name that does not exist says so', async () => {
  const fetch = createPublicFetch({
    resolve: () => Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND x'), { code: 'ENOTFOUND' })),
  });
  await expect(fetch('https://x.example.com/')).rejects.toMatchObject({ cause: { code: 'ENOTFOUND' } });
  await expect(fetch('https://x.example.com/', { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
});

test.each([204, 205, 304])('an answer of %i has no body', async (status) => {
  const fetch = createPublicFetch({ resolve: async () => loopback, mayConnect: () => true });
  const response = await fetch(`http://acme.example.com:${port}/${status}`);
  expect([response.status, response.body]).toEqual([status, null]);
});

const PUBLIC = [
  { address: '1.1.1.1', family: 4 },
  { address: '2606:4700:4700::1111', family: 6 },
];

/** What a look-up calls back with. */
function lookedUp(resolve: PublicFetchOptions['resolve'], all: boolean | undefined, options = {}) {
  return new Promise((done) => {
    guardedLookup({ ...(resolve === undefined ? {} : { resolve }), ...options })(
      'x.example.com',
      all === undefined ? {} : { all },
      (error, ...found) =>
        done([error === null ? null : { code: error.code, message: error.message }, ...found]),
    );
  });
}

test('a name is looked up to all of its addresses, or to the first', async () => {
  const resolve = async () => PUBLIC;
  expect(await lookedUp(resolve, true)).toEqual([null, PUBLIC]);
  expect(await lookedUp(resolve, false)).toEqual([null, '1.1.1.1', 4]);
  expect(await lookedUp(resolve, undefined)).toEqual([null, '1.1.1.1', 4]);
});

test.each([true, false])(
  'a name that leads nowhere, or where nobody may, is refused in words (all: %s)',
  async (all) => {
    expect(await lookedUp(async () => [], all)).toEqual([
      { code: 'ENOTFOUND', message: 'x.example.com has no address' },
      '',
    ]);
    const refused = {
      code: 'ERR_ADDRESS_REFUSED',
      message: 'x.example.com leads to an address that is not of the public internet',
    };
    expect(await lookedUp(async () => [...PUBLIC, ...loopback], all)).toEqual([refused, '']);
    expect(await lookedUp(async () => PUBLIC, all, { mayConnect: () => false })).toEqual([refused, '']);
    const failed = Object.assign(new Error('no resolver'), { code: 'EAI_AGAIN' });
    expect(await lookedUp(() => Promise.reject(failed), all)).toEqual([
      { code: 'EAI_AGAIN', message: 'no resolver' },
      '',
    ]);
  },
);

test('names are looked up by the system where nobody says otherwise', async () => {
  const error = await new Promise<NodeJS.ErrnoException | null>((done) => {
    guardedLookup({})('localhost', { all: true }, (failed) => done(failed));
  });
  expect(error?.code).toBe('ERR_ADDRESS_REFUSED');
});
