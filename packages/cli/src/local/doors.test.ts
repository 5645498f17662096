import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { inProcessFetch, loopbackFetch } from './doors.ts';

const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(
  answer: (host: string, body: string) => { status: number; body: string },
): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { status, body: text } = answer(request.headers.host ?? '', body);
      response.writeHead(status, { 'set-cookie': ['a=1', 'b=2'] });
      response.end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('loopbackFetch', () => {
  it('goes to loopback and names the host it was meant for', async () => {
    const origin = await serve((host, body) => ({ status: 201, body: `${host} ${body}` }));
    const response = await loopbackFetch(origin)('https://api.acme.workers.dev/x', {
      method: 'POST',
      body: 'hi',
    });
    expect([response.status, await response.text()]).toEqual([201, 'api.acme.workers.dev hi']);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it('fails as fetch does when nobody answers, and with the reason when aborted', async () => {
    await expect(loopbackFetch('http://127.0.0.1:1')('https://a.example/')).rejects.toThrow(TypeError);
    const origin = await serve(() => ({ status: 200, body: '' }));
    await expect(
      loopbackFetch(origin)('https://a.example/', { signal: AbortSignal.abort(new Error('enough')) }),
    ).rejects.toThrow('enough');
  });
});

describe('inProcessFetch', () => {
  it('shows a cut connection as fetch does', async () => {
    const cut = Object.assign(new Error('cut'), { name: 'ConnectionReset' });
    await expect(inProcessFetch(() => Promise.reject(cut))('https://a.example/')).rejects.toThrow(
      'fetch failed',
    );
  });

  it('gives up when aborted although no answer comes', async () => {
    const controller = new AbortController();
    const waiting = inProcessFetch(() => new Promise(() => {}))('https://a.example/', {
      signal: controller.signal,
    });
    controller.abort(new Error('too slow'));
    await expect(waiting).rejects.toThrow('too slow');
  });
});
