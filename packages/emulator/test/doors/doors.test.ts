import { get } from 'node:http';
import { setupServer } from 'msw/node';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { emulatorHandlers } from '../../src/msw.ts';
import { ACCOUNT, TOKEN, call, testEmulator, upload } from '../support/client.ts';
import { createFakeRuntime } from '../support/fake-runtime.ts';
import type { WorkerLogEvent } from '../../src/index.ts';

const headers = { authorization: `Bearer ${TOKEN}` };

describe('the doors', () => {
  it('msw handlers answer a script’s own calls to the API and to workers.dev', async () => {
    const emulator = await testEmulator({
      runtime: () => ({ ...createFakeRuntime(), fetch: async () => new Response('from the Worker') }),
      faults: [{ path: '/user/tokens/verify', reset: 'before', times: 1 }],
    });
    const server = setupServer(...emulatorHandlers(emulator));
    server.listen({ onUnhandledRequest: 'error' });
    const api = (path: string): Promise<Response> =>
      fetch(`https://api.cloudflare.com/client/v4${path}`, { headers });
    await expect(api('/user/tokens/verify')).rejects.toThrow('Failed to fetch');
    expect(await (await api('/user/tokens/verify')).json()).toMatchObject({ success: true });
    const put = await fetch(
      `https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/workers/scripts/hello`,
      {
        method: 'PUT',
        headers,
        body: upload(),
      },
    );
    expect(put.status).toBe(200);
    expect(await (await fetch('https://hello.test.workers.dev/')).text()).toBe('from the Worker');
    server.close();
    await emulator.close();
  });

  it('the HTTP door sends other hosts to Workers, and says when there is nothing', async () => {
    const emulator = await testEmulator();
    const { url, port } = await emulator.listen();
    const status = await new Promise((resolve, reject) => {
      get({ port, host: '127.0.0.1', headers: { host: 'nobody.example.com' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).once('error', reject);
    });
    expect(status).toBe(404);
    const page = await fetch(url);
    expect(page.url).toBe(`${url}/__cf-deploy/`);
    await emulator.close();
  });

  it('a tail’s WebSocket gets the lines of its Worker and no other', async () => {
    const listeners = new Set<(event: WorkerLogEvent) => void>();
    const emulator = await testEmulator({
      runtime: () => ({
        ...createFakeRuntime(),
        onLog: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      }),
    });
    await emulator.listen();
    await call(emulator, 'PUT', '/accounts/:account/workers/scripts/hello', upload());
    const tail = await call(emulator, 'POST', '/accounts/:account/workers/scripts/hello/tails', {
      filters: [],
    });
    const socket = new WebSocket(String(tail.result['url']), 'trace-v1');
    await new Promise((resolve) => socket.once('open', resolve));
    const received = new Promise<string>((resolve) =>
      socket.once('message', (data: Buffer) => resolve(data.toString())),
    );
    const line: WorkerLogEvent = {
      accountId: ACCOUNT,
      scriptName: 'other',
      versionId: 'v',
      at: '2026-01-01T00:00:00.000Z',
      level: 'log',
      message: 'not mine',
    };
    for (const listener of listeners) listener(line);
    for (const listener of listeners) listener({ ...line, scriptName: 'hello', message: 'mine' });
    expect(JSON.parse(await received)).toMatchObject({ scriptName: 'hello', logs: [{ message: ['mine'] }] });
    await emulator.close();
  });

  it('the log stream of the admin endpoint gets the lines of the Worker asked for', async () => {
    const listeners = new Set<(event: WorkerLogEvent) => void>();
    const emulator = await testEmulator({
      runtime: () => ({
        ...createFakeRuntime(),
        onLog: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      }),
    });
    const { url } = await emulator.listen();
    // Whatever needs the runtime makes it.
    await call(emulator, 'PUT', '/accounts/:account/workers/scripts/hello', upload());
    const aborter = new AbortController();
    const response = await fetch(`${url}/__cf-deploy/logs?script=hello`, {
      headers: { authorization: `Bearer ${emulator.adminToken}` },
      signal: aborter.signal,
    });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe(': following\n\n');
    const line: WorkerLogEvent = {
      accountId: ACCOUNT,
      scriptName: 'other',
      versionId: 'v',
      at: '2026-01-01T00:00:00.000Z',
      level: 'log',
      message: 'not mine',
    };
    for (const listener of listeners) listener(line);
    for (const listener of listeners) listener({ ...line, scriptName: 'hello', message: 'mine' });
    const text = (await reader?.read())?.value ?? '';
    expect(JSON.parse(text.slice('data: '.length))).toMatchObject({ message: 'mine' });
    aborter.abort();
    await emulator.close();
  });
});
