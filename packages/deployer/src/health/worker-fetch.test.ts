import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ADDRESS_REFUSED } from '../security/public-address.ts';
import type { Answer } from '../transport/answer.ts';
import { createWorkerFetch } from './worker-fetch.ts';

let target: Server;
let proxy: Server;
let asked: string[] = [];

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const listening = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });

beforeAll(async () => {
  target = createServer((request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: 'http://169.254.169.254/' });
    response.end('well');
  });
  proxy = createServer();
  proxy.on('connect', (request, socket) => {
    asked.push(String(request.url));
    const onward = connect(portOf(target), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [onward, socket]) end.on('error', () => onward.destroy());
  });
  await Promise.all([listening(target), listening(proxy)]);
});

afterAll(() => {
  target.closeAllConnections();
  proxy.closeAllConnections();
  target.close();
  proxy.close();
});

beforeEach(() => {
  asked = [];
});

/** Names of the test, and what they lead to; everything else is not known here. */
const ADDRESSES: Readonly<Record<string, string>> = {
  'app.example.com': '203.0.113.7',
  'inside.example.com': '10.0.0.7',
  'near.example.com': '127.0.0.1',
};
const fetchThrough = (not: string | null, mayConnect?: (address: string) => boolean) =>
  createWorkerFetch(
    { http: `http://127.0.0.1:${portOf(proxy)}`, https: null, not },
    {
      resolve: async (name) => {
        const address = ADDRESSES[name];
        if (address === undefined) throw Object.assign(new Error('not known here'), { code: 'ENOTFOUND' });
        return [{ address, family: 4 }];
      },
      ...(mayConnect === undefined ? {} : { mayConnect }),
    },
  );
const causeOf = (asking: Promise<Answer>): Promise<unknown> =>
  asking.then(
    () => null,
    (error: Error) => (error.cause as { code?: string }).code,
  );
const yes = (): boolean => true;

test('a Worker is asked through the proxy that the calls of the API go through', async () => {
  const response = await fetchThrough(null, yes)('http://app.example.com/health');
  expect(await response.text()).toBe('well');
  expect(asked).toEqual(['app.example.com:80']);
});

test('a name that only the proxy knows is asked there', async () => {
  const response = await fetchThrough(null)('http://only-there.example.com/health');
  expect(await response.text()).toBe('well');
  expect(asked).toEqual(['only-there.example.com:80']);
});

test('a name that leads into a private network is not asked, through a proxy or straight', async () => {
  expect(await causeOf(fetchThrough(null)('http://inside.example.com/'))).toBe(ADDRESS_REFUSED);
  expect(await causeOf(fetchThrough('inside.example.com')('http://inside.example.com/'))).toBe(
    ADDRESS_REFUSED,
  );
  expect(asked).toEqual([]);
});

test('a host that NO_PROXY names is asked without it', async () => {
  const fetch = fetchThrough('near.example.com', yes);
  const response = await fetch(`http://near.example.com:${portOf(target)}/health`);
  expect(await response.text()).toBe('well');
  expect(asked).toEqual([]);
});

test('a redirect is shown and not followed', async () => {
  expect((await fetchThrough(null)('http://only-there.example.com/moved')).status).toBe(302);
  expect(asked).toHaveLength(1);
});

test('without a proxy nothing goes through one', async () => {
  const fetch = createWorkerFetch(null, {
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    mayConnect: yes,
  });
  expect(await (await fetch(`http://near.example.com:${portOf(target)}/health`)).text()).toBe('well');
  expect(asked).toEqual([]);
});
