import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createRuntime } from '../../src/runtime/runtime.ts';
import { createWorld, temporaryDir } from './world.ts';

it('a Worker talks to a visitor over a WebSocket', async () => {
  const world = createWorld();
  const { dir, remove } = await temporaryDir();
  const runtime = createRuntime({ view: world.view, dataDir: dir });
  world.deploy(world.script('chat'), {
    source: `export default { fetch(request) {
      const [client, server] = Object.values(new WebSocketPair());
      server.accept();
      server.addEventListener('message', ({ data }) => server.send(new URL(request.url).host.split(':')[0] + ' heard ' + data));
      return new Response(null, { status: 101, webSocket: client });
    } };`,
  });
  const refused: boolean[] = [];
  const server = createServer();
  server.on('upgrade', async (request, socket, head) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const taken = (await runtime.upgrade?.(url, { request, socket, head })) ?? false;
    refused.push(!taken);
    if (!taken) socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const socket = new WebSocket(`ws://127.0.0.1:${port}/room`, {
    headers: { host: `chat.acme.localhost:${port}` },
  });
  await once(socket, 'open');
  socket.send('hello');
  const [data] = (await once(socket, 'message')) as [Buffer];
  expect(data.toString()).toBe('chat.acme.localhost heard hello');
  socket.terminate();
  await once(socket, 'close');

  const stranger = new WebSocket(`ws://127.0.0.1:${port}/room`);
  const [error] = (await once(stranger, 'error')) as [Error];
  expect(error.message).toContain('404');
  expect(refused).toEqual([false, true]);

  server.close();
  await runtime.close();
  await remove();
});
