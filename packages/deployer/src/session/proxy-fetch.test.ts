import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Ask } from '../transport/answer.ts';
import { encodeForm } from '../transport/multipart.ts';
import { createProxyFetch, proxiesOf, proxyFor, proxySecrets } from './proxy-fetch.ts';

let target: Server;
let proxy: Server;
/** What the proxy was asked for, with its authorization. */
let asked: string[] = [];

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const listening = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });

beforeAll(async () => {
  target = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.end(JSON.stringify({ method: request.method, body: Buffer.concat(chunks).toString() }));
    });
  });
  proxy = createServer();
  proxy.on('connect', (request, socket) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`);
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

const through = (env: Record<string, string>): Ask => {
  const proxies = proxiesOf(env);
  if (proxies === null) throw new Error('no proxy');
  return createProxyFetch(proxies);
};

test('a form goes through the proxy with its parts whole, and with the name and password of the proxy', async () => {
  const fetch = through({ HTTP_PROXY: `http://us%65r:p%40ss@127.0.0.1:${portOf(proxy)}` });
  const form = encodeForm([
    { name: 'metadata', content: '{"main_module":"index.js"}' },
    { name: 'index.js', content: 'export {}', contentType: 'application/javascript+module' },
  ]);
  const response = await fetch('http://api.example.com/upload', { method: 'PUT', body: form.bytes });
  const { method, body } = JSON.parse(await response.text()) as { method: string; body: string };
  expect([method, body]).toEqual(['PUT', expect.stringContaining('name="metadata"')]);
  expect(body).toContain('filename="index.js"');
  expect(asked).toEqual([`api.example.com:80 Basic ${Buffer.from('user:p@ss').toString('base64')}`]);
});

test('a host that NO_PROXY names is reached without it', async () => {
  const fetch = through({ HTTP_PROXY: `127.0.0.1:${portOf(proxy)}`, NO_PROXY: 'example.org,127.0.0.1' });
  await (await fetch(`http://127.0.0.1:${portOf(target)}/x`)).text();
  expect(asked).toEqual([]);
});

test.each<[string, Record<string, string>, ReturnType<typeof proxiesOf>]>([
  ['nothing without a variable', { NO_PROXY: 'x' }, null],
  ['nothing with an empty one', { HTTPS_PROXY: ' ' }, null],
  ['capital letters', { HTTPS_PROXY: 'http://p:1' }, { http: null, https: 'http://p:1', not: null }],
  [
    'small letters first',
    { HTTPS_PROXY: 'http://no:1', https_proxy: 'http://p:1', no_proxy: 'y' },
    { http: null, https: 'http://p:1', not: 'y' },
  ],
  ['a host without a scheme', { HTTP_PROXY: 'p:8080' }, { http: 'http://p:8080', https: null, not: null }],
])('reads %s', (_what, env, proxies) => {
  expect(proxiesOf(env)).toEqual(proxies);
});

test.each(['socks5://user:hunter22@p:1', 'http://'])('refuses %s without showing it', (value) => {
  expect(() => proxiesOf({ HTTPS_PROXY: value })).toThrow(/^HTTPS_PROXY is not the URL of an HTTP proxy\.$/);
});

test('knows the password of a proxy as a secret, as written and as meant', () => {
  const secrets = proxySecrets({ http: null, https: 'http://u:p%40ss@p:1', not: null });
  expect(secrets.map((secret) => secret.open())).toEqual(['p%40ss', 'p@ss']);
});

test.each([
  ['https://api.cloudflare.com/client/v4', {}, 'http://secure.example:1'],
  ['http://localhost:8787', {}, 'http://plain.example:2'],
  ['https://api.cloudflare.com', { NO_PROXY: 'x.example, .cloudflare.com:443' }, null],
  ['https://api.cloudflare.com', { NO_PROXY: 'api.cloudflare.com' }, null],
  ['https://api.cloudflare.com', { NO_PROXY: 'cloudflare.co,flare.com' }, 'http://secure.example:1'],
  ['https://api.cloudflare.com', { NO_PROXY: '*' }, null],
  ['https://api.cloudflare.com', { HTTPS_PROXY: '' }, 'http://plain.example:2'],
])('the proxy of %s beside %j is %s, without its password', (url, more, shown) => {
  const HTTPS_PROXY = 'http://user:pa55word@secure.example:1';
  const proxies = proxiesOf({ HTTPS_PROXY, HTTP_PROXY: 'plain.example:2', ...more });
  expect(proxies === null ? undefined : proxyFor(url, proxies)).toBe(shown);
});
