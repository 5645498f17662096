import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Emulator, WorkerLogEvent } from '../../src/index.ts';
import { ACCOUNT, call, testEmulator, upload } from '../support/client.ts';
import { createFakeRuntime } from '../support/fake-runtime.ts';

let emulator: Emulator;
let url: URL;
const listeners = new Set<(event: WorkerLogEvent) => void>();
const crashes = vi.fn<(error: Error) => void>();

beforeAll(async () => {
  // An error nobody handles would end a process of its own; here it is seen.
  process.on('uncaughtExceptionMonitor', crashes);
  emulator = await testEmulator({
    runtime: () => ({
      ...createFakeRuntime(),
      onLog: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    }),
  });
  url = new URL((await emulator.listen()).url);
  await call(emulator, 'PUT', '/accounts/:account/workers/scripts/hello', upload());
});

afterAll(async () => {
  process.off('uncaughtExceptionMonitor', crashes);
  await emulator.close();
});

async function tailUrl(): Promise<URL> {
  const tail = await call(emulator, 'POST', '/accounts/:account/workers/scripts/hello/tails', {
    filters: [],
  });
  return new URL(String(tail.result['url']));
}

async function open(head: readonly string[]): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: Number(url.port) });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  return socket;
}

const upgradeHead = (path: string, ...more: string[]): string[] => [
  `GET ${path} HTTP/1.1`,
  `host: ${url.host}`,
  'connection: Upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
  ...more,
];

/** A tail's line goes to a fresh follower: the door still works. */
async function stillWorks(): Promise<void> {
  const socket = new WebSocket(await tailUrl(), 'trace-v1');
  await once(socket, 'open');
  const received = once(socket, 'message') as Promise<[Buffer]>;
  const at = '2026-01-01T00:00:00.000Z';
  const line = { accountId: ACCOUNT, scriptName: 'hello', versionId: 'v', at, level: 'log' } as const;
  for (const listener of listeners) listener({ ...line, message: 'alive' });
  expect((await received)[0].toString()).toContain('alive');
  socket.terminate();
  expect(crashes).not.toHaveBeenCalled();
}

const mask = [0, 0, 0, 0];
const FRAMES: readonly (readonly [string, readonly number[]])[] = [
  ['an unmasked frame that is not UTF-8', [0x81, 0x02, 0xc3, 0x28]],
  ['a reserved opcode', [0x83, 0x80, ...mask]],
  ['a reserved bit', [0xf1, 0x80, ...mask]],
  ['text that is not UTF-8', [0x81, 0x82, ...mask, 0xc3, 0x28]],
  ['a control frame in pieces', [0x09, 0x80, ...mask]],
  ['a control frame that is too long', [0x89, 0xfe, 0x01, 0x00, ...mask]],
  ['a close frame of one byte', [0x88, 0x81, ...mask, 0x03]],
  ['a close frame with a code there is not', [0x88, 0x82, ...mask, 0x00, 0x01]],
  ['a continuation of nothing', [0x80, 0x80, ...mask]],
  ['a frame of 9 exabytes', [0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, ...mask]],
  ['a frame of 16 MiB', [0x82, 0xff, 0, 0, 0, 0, 0x01, 0, 0, 0, ...mask]],
  ['half a frame', [0x81]],
];

describe('a follower of a tail', () => {
  it.each(FRAMES)('that sends %s is cut off, and the emulator goes on', async (_, bytes) => {
    const { pathname } = await tailUrl();
    const socket = await open(upgradeHead(pathname));
    const [head] = (await once(socket, 'data')) as [Buffer];
    expect(head.toString()).toContain('101');
    socket.write(Buffer.from(bytes));
    if (bytes.length > 1) await Promise.race([once(socket, 'end'), once(socket, 'close')]);
    socket.resetAndDestroy();
    await stillWorks();
  });

  it('may send what is not masked, as wrangler does, in pieces, and hears the lines all the same', async () => {
    const { pathname } = await tailUrl();
    const socket = await open(upgradeHead(pathname));
    await once(socket, 'data');
    const long = Buffer.alloc(300, 'x');
    const frames = [
      Buffer.from([0x81, 0x02, 0x68, 0x69]),
      Buffer.concat([Buffer.from([0x81, 0x7e, 0x01, 0x2c]), long]),
      Buffer.from([0x81, 0x82, ...mask, 0x68, 0x69]),
      Buffer.from([0x89, 0x01, 0x21]),
    ];
    for (const byte of Buffer.concat(frames)) socket.write(Buffer.from([byte]));
    // A pong with what the ping carried: everything before it was understood.
    const [pong] = (await once(socket, 'data')) as [Buffer];
    expect([...pong]).toEqual([0x8a, 0x01, 0x21]);
    socket.write(Buffer.from([0x88, 0x02, 0x03, 0xe8]));
    const [close] = (await once(socket, 'data')) as [Buffer];
    expect([...close]).toEqual([0x88, 0x02, 0x03, 0xe8]);
    await once(socket, 'close');
    await stillWorks();
  });

  it('that resets its connection while lines are sent to it harms nobody', async () => {
    const { pathname } = await tailUrl();
    const socket = await open(upgradeHead(pathname));
    await once(socket, 'data');
    const at = '2026-01-01T00:00:00.000Z';
    const line = { accountId: ACCOUNT, scriptName: 'hello', versionId: 'v', at, level: 'log' } as const;
    socket.resetAndDestroy();
    for (let i = 0; i < 50; i += 1) {
      for (const listener of listeners) listener({ ...line, message: 'x'.repeat(10_000) });
      await new Promise((resolve) => setImmediate(resolve));
    }
    await stillWorks();
  });
});

describe('a connection that asks for an upgrade', () => {
  it.each([
    ['without a key', (path: string) => upgradeHead(path).filter((line) => !line.includes('-key'))],
    ['of another version', (path: string) => upgradeHead(path).map((line) => line.replace('13', '99'))],
    [
      'to another protocol',
      (path: string) => upgradeHead(path).map((line) => line.replace('websocket', 'h2c')),
    ],
    [
      'with a host that is none',
      () => ['GET / HTTP/1.1', 'host: a b:c', 'connection: upgrade', 'upgrade: websocket'],
    ],
    ['of a tail there is not', () => upgradeHead(`/__cf-deploy/tails/${'0'.repeat(32)}`)],
    [
      'of an absolute URL that is none',
      () => ['GET http:// HTTP/1.1', 'host: x', 'connection: upgrade', 'upgrade: websocket'],
    ],
    ['with ill protocols', (path: string) => upgradeHead(path, 'sec-websocket-protocol: ,,a b,')],
  ])('%s is refused, and the emulator goes on', async (_, head) => {
    const socket = await open(head((await tailUrl()).pathname));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 4\d\d /);
    socket.destroy();
    await stillWorks();
  });

  it('and is reset before it is answered harms nobody', async () => {
    for (const path of ['/room', (await tailUrl()).pathname]) {
      const socket = await open(upgradeHead(path));
      socket.resetAndDestroy();
      await once(socket, 'close');
    }
    await stillWorks();
  });
});

describe('a request that is no HTTP', () => {
  it.each([
    ['garbage', 'garbage\r\n\r\n'],
    ['two lengths', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n'],
    ['a host of spaces', 'GET / HTTP/1.1\r\nhost: a b\r\n\r\n'],
    ['a path of the API that does not decode', 'GET /client/v4/%zz HTTP/1.1\r\nhost: localhost\r\n\r\n'],
    ['a method there is not', 'FOO / HTTP/1.1\r\nhost: localhost\r\n\r\n'],
    ['TRACE', 'TRACE / HTTP/1.1\r\nhost: localhost\r\n\r\n'],
    ['CONNECT', 'CONNECT x:443 HTTP/1.1\r\nhost: x:443\r\n\r\n'],
  ])('(%s) is refused or cut off, and the emulator goes on', async (_, text) => {
    const socket = connect({ host: '127.0.0.1', port: Number(url.port) });
    socket.on('error', () => undefined);
    socket.write(text);
    await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    socket.destroy();
    await stillWorks();
  });
});
