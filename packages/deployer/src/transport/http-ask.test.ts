import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpAsk } from './http-ask.ts';

const TLS = fileURLToPath(new URL('../../test/fixtures/tls/', import.meta.url));

async function listening(server: Server & { closeAllConnections(): void }): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Address of a server that answers so, how often somebody connected, and the requests. */
async function serve(answer: RequestListener) {
  let connections = 0;
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  }).on('connection', () => (connections += 1));
  return { url: `http://127.0.0.1:${await listening(server)}/`, requests, connections: () => connections };
}

const kept = () => createHttpAsk({ keepConnections: true, compressed: true });
const end = (_request: IncomingMessage, response: ServerResponse): void => void response.end('well');

test('method, headers and all of a large body arrive, with its length', async () => {
  const { url, requests } = await serve((request, response) => {
    let size = 0;
    request.on('data', (chunk: Buffer) => (size += chunk.length)).on('end', () => response.end(String(size)));
  });
  const body = Buffer.alloc(20 * 1024 * 1024, 'x');
  const answer = await kept()(url, { method: 'PUT', headers: { 'X-Key': 'k' }, body });
  expect([answer.ok, answer.status, await answer.text()]).toEqual([true, 200, String(body.length)]);
  expect(requests[0]).toMatchObject({
    method: 'PUT',
    headers: { 'x-key': 'k', 'content-length': String(body.length) },
  });
});

test('a connection is kept for the next request, or not', async () => {
  const { url, connections } = await serve(end);
  const ask = kept();
  for (let round = 0; round < 3; round += 1) await (await ask(url)).text();
  expect(connections()).toBe(1);
  const alone = createHttpAsk({ keepConnections: false, compressed: false });
  for (let round = 0; round < 3; round += 1) await (await alone(url)).text();
  expect(connections()).toBe(4);
});

test('a kept connection that the server closed is not used again', async () => {
  const { url, requests, connections } = await serve(end);
  const ask = kept();
  await (await ask(url)).text();
  const { socket } = requests[0] ?? {};
  if (socket === undefined) throw new Error('nothing arrived');
  socket.end();
  await once(socket, 'close');
  expect(await (await ask(url)).text()).toBe('well');
  expect(connections()).toBe(2);
});

test('what is written in several headers, and a redirect, are given back', async () => {
  const { url, requests } = await serve((_request, response) => {
    response.setHeader('X-Many', ['a', 'b']);
    response.writeHead(307, { location: 'http://169.254.169.254/' }).end();
  });
  const { ok, status, headers } = await kept()(url);
  expect([ok, status, headers.get('location'), headers.get('x-many')]).toEqual([
    false,
    307,
    'http://169.254.169.254/',
    'a, b',
  ]);
  expect(requests).toHaveLength(1);
});

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
])('an answer in %s is read as it was', async (encoding, compress) => {
  const { url, requests } = await serve((_request, response) => {
    response.writeHead(200, { 'content-encoding': encoding }).end(compress('well'.repeat(1000)));
  });
  expect(await (await kept()(url)).text()).toBe('well'.repeat(1000));
  expect(requests[0]?.headers['accept-encoding']).toBe('gzip, br');
});

test('an answer that is not compressed as it says fails whoever reads it', async () => {
  const { url } = await serve((_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip at all');
  });
  const answer = await kept()(url);
  await expect(answer.text()).rejects.toMatchObject({ code: 'Z_DATA_ERROR' });
});

test('a connection that breaks before the answer, or cannot be made, says so at the bottom of the causes', async () => {
  const { url } = await serve((request) => request.socket.destroy());
  await expect(kept()(url)).rejects.toMatchObject({ message: 'fetch failed', cause: { code: 'ECONNRESET' } });
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  await expect(kept()(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
    cause: { code: 'ECONNREFUSED' },
  });
});

test('an answer that breaks off fails whoever reads it, also one that is compressed', async () => {
  for (const [encoding, begin] of [
    ['identity', Buffer.from('be')],
    ['gzip', gzipSync('beginning').subarray(0, 12)],
  ] as const) {
    const { url } = await serve((request, response) => {
      response.writeHead(200, { 'content-length': 100, 'content-encoding': encoding });
      response.write(begin, () => request.socket.destroy());
    });
    await expect(kept()(url).then((answer) => answer.text())).rejects.toThrow(/aborted|unexpected end/);
  }
});

test('a request that is stopped ends with the reason: before it is sent, while it waits, while it is answered', async () => {
  const ask = kept();
  const reason = new Error('no more');
  const { url, requests } = await serve((request, response) => {
    if (request.url === '/half') response.write('half');
  });
  await expect(ask(url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(requests).toHaveLength(0);

  const waiting = new AbortController();
  const refused = ask(url, { signal: waiting.signal }).catch((error: unknown) => error);
  while (requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  waiting.abort(reason);
  expect(await refused).toBe(reason);

  const reading = new AbortController();
  const answer = await ask(`${url}half`, { signal: reading.signal });
  const chunks = answer.body?.[Symbol.asyncIterator]();
  expect(Buffer.from((await chunks?.next())?.value as Uint8Array).toString()).toBe('half');
  reading.abort(reason);
  await expect(chunks?.next()).rejects.toThrow(/aborted/);
});

test('an answer that is given up, or stopped before anybody reads it, harms nobody', async () => {
  const { url } = await serve((_request, response) => void response.write('half'));
  await (await kept()(url)).body?.cancel();
  const stop = new AbortController();
  const unread = await kept()(url, { signal: stop.signal });
  stop.abort();
  await expect(unread.text()).rejects.toThrow(/aborted/);
});

test('a header that would end its line is not sent, and its value is not said', async () => {
  const { url, requests } = await serve(end);
  const asked = kept()(url, { headers: { authorization: 'Bearer hunter\r\n22' } });
  const message = await asked.catch((error: Error) => error.message);
  expect(message).toContain('authorization');
  expect(message).not.toContain('hunter');
  expect(requests).toHaveLength(0);
});

test('a certificate that nobody vouches for is refused by its code; NODE_EXTRA_CA_CERTS vouches', async () => {
  const [key, cert] = ['key.pem', 'certificate.pem'].map((name) => readFileSync(`${TLS}${name}`));
  const server = createSecureServer({ key, cert }, end);
  const url = `https://127.0.0.1:${await listening(server)}/`;
  await expect(kept()(url)).rejects.toMatchObject({ cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } });

  const { outputFiles } = await build({
    stdin: {
      contents: `import { createHttpAsk } from './http-ask.ts';
        const ask = createHttpAsk({ keepConnections: true, compressed: true });
        console.log(await (await ask(${JSON.stringify(url)})).text());`,
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
  });
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', outputFiles[0]?.text ?? ''],
    { env: { PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: `${TLS}certificate.pem` } },
  );
  expect(stdout).toBe('well\n');
});

test('a connection that was made ahead is the one that the first request goes by; nothing is sent before', async () => {
  const { url, requests, connections } = await serve(end);
  const ask = kept();
  ask.warmUp?.(url);
  while (connections() === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(requests).toHaveLength(0);
  const both = await Promise.all([ask(url), ask(url)]);
  expect(await Promise.all(both.map((answer) => answer.text()))).toEqual(['well', 'well']);
  expect(connections()).toBe(2);
});

test('a connection made ahead that was closed, or is to somebody else, is not used', async () => {
  const { url, connections } = await serve((request, response) => response.end(request.headers.host));
  const other = await serve(end);
  const sockets: Socket[] = [];
  const closing = createServer().on('connection', (socket) => sockets.push(socket));
  const gone = `http://127.0.0.1:${await listening(closing)}/`;
  const ask = kept();
  ask.warmUp?.(url);
  while (connections() === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(await (await ask(other.url)).text()).toBe('well');
  expect(await (await ask(url)).text()).toBe(new URL(url).host);
  expect([connections(), other.connections()]).toEqual([1, 1]);

  closing.on('request', end);
  const late = kept();
  late.warmUp?.(gone);
  while (sockets.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const [first] = sockets;
  first?.resume().end();
  await new Promise((resolve) => first?.once('close', resolve));
  expect(await (await late(gone)).text()).toBe('well');
  expect(sockets).toHaveLength(2);
});

test('a server that cannot be reached ahead is no error before it is asked', async () => {
  const closed = createServer();
  const port = await listening(closed);
  await new Promise((resolve) => closed.close(resolve));
  const ask = kept();
  ask.warmUp?.(`http://127.0.0.1:${port}/`);
  ask.warmUp?.('https://name.invalid/');
  await expect(ask(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
});

test('one connection is made ahead however often it is asked for, and one request takes it', async () => {
  // None is answered before all have come: a connection that is free again would be taken twice.
  const waiting: ServerResponse[] = [];
  const { url, requests, connections } = await serve((_request, response) => {
    waiting.push(response);
    if (waiting.length === 4) for (const each of waiting) each.end('well');
  });
  const other = await serve(end);
  const ask = kept();
  for (let round = 0; round < 3; round += 1) for (const at of [url, other.url]) ask.warmUp?.(at);
  while (connections() + other.connections() < 2) await new Promise((resolve) => setImmediate(resolve));
  expect([connections(), other.connections()]).toEqual([1, 1]);
  const all = [url, url, other.url, url, other.url, url];
  const answers = await Promise.all(all.map(async (at) => (await ask(at)).text()));
  expect(answers).toEqual(all.map(() => 'well'));
  expect([requests.length, connections()]).toEqual([4, 4]);
});
