import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, TOKEN, call, codes, testEmulator, upload } from '../../test/support/client.ts';
import { ConnectionReset, WeatherFileError } from '../index.ts';
import type { Fault } from '../index.ts';

const scripts = '/accounts/:account/workers/scripts';

describe('faults', () => {
  it('answers a status and code at the chosen requests only', async () => {
    const emulator = await testEmulator({
      faults: [
        {
          method: 'GET',
          path: '/accounts/*/workers/scripts',
          nth: [2, 3],
          status: 503,
          code: 10013,
          headers: { 'retry-after': '1' },
        },
      ],
    });
    const seen = [];
    for (let index = 0; index < 4; index += 1) seen.push((await call(emulator, 'GET', scripts)).status);
    expect(seen).toEqual([200, 503, 503, 200]);
    expect(emulator.admin.journal.requests({ status: 503 })).toMatchObject([
      { fault: 'status 503', codes: [10013] },
      {},
    ]);
    await emulator.close();
  });

  it('cuts the connection before the request is applied, or after', async () => {
    const emulator = await testEmulator({
      faults: [
        { method: 'PUT', path: `/accounts/*/workers/scripts/before`, reset: 'before' },
        { method: 'PUT', path: `/accounts/*/workers/scripts/after`, reset: 'after' },
      ],
    });
    await expect(call(emulator, 'PUT', `${scripts}/before`, upload())).rejects.toThrow(ConnectionReset);
    await expect(call(emulator, 'PUT', `${scripts}/after`, upload())).rejects.toThrow(ConnectionReset);
    const listed = await call(emulator, 'GET', scripts);
    expect(listed.result.map((script) => (script as { id: string }).id)).toEqual(['after']);
    await emulator.close();
  });

  it('cuts the connection of a real HTTP client too', async () => {
    const emulator = await testEmulator({ faults: [{ reset: 'after', times: 1 }] });
    const { url } = await emulator.listen();
    const request = () => fetch(`${url}/client/v4/user`, { headers: { authorization: `Bearer ${TOKEN}` } });
    await expect(request()).rejects.toThrow('fetch failed');
    expect((await request()).status).toBe(200);
    await emulator.close();
  });

  it('answers what is no JSON, and an error although the request was applied', async () => {
    const emulator = await testEmulator({
      faults: [{ method: 'PUT', times: 1, malformed: true, applied: true }],
    });
    const answer = await call(emulator, 'PUT', `${scripts}/x`, upload());
    expect(answer.result).toContain('<html>');
    expect((await call(emulator, 'GET', scripts)).result).toHaveLength(1);
    await emulator.close();
  });

  it('decides chances by the seed, so that a run can be repeated', async () => {
    const run = async (seed: string): Promise<number[]> => {
      const emulator = await testEmulator({ seed, faults: [{ probability: 0.5, status: 500 }] });
      const seen: number[] = [];
      for (let index = 0; index < 20; index += 1) seen.push((await call(emulator, 'GET', scripts)).status);
      await emulator.close();
      return seen;
    };
    expect(await run('one')).toEqual(await run('one'));
    expect(await run('one')).not.toEqual(await run('two'));
    expect(new Set(await run('one'))).toEqual(new Set([200, 500]));
  });

  it('adds latency on the virtual clock', async () => {
    const emulator = await testEmulator({ clock: 'virtual', latencyMs: 250 });
    const before = emulator.clock.now().getTime();
    await call(emulator, 'GET', scripts);
    expect(emulator.clock.now().getTime() - before).toBe(250);
    await emulator.close();
  });
});

describe('the rate limit', () => {
  it('says what is left, blocks the token for five minutes once it is passed, then starts anew', async () => {
    const emulator = await testEmulator({ clock: 'virtual', rateLimit: { limit: 3 } });
    const first = await call(emulator, 'GET', scripts);
    expect(first.headers.get('ratelimit')).toBe('"default";r=2;t=300');
    expect(first.headers.get('ratelimit-policy')).toBe('"burst";q=3;w=300');
    await call(emulator, 'GET', scripts);
    await call(emulator, 'GET', scripts);
    emulator.admin.advanceClock(299_000);
    const blocked = await call(emulator, 'GET', scripts);
    expect([blocked.status, codes(blocked), blocked.headers.get('retry-after')]).toEqual([429, [971], '300']);
    emulator.admin.advanceClock(150_000);
    expect((await call(emulator, 'GET', scripts)).headers.get('retry-after')).toBe('150');
    emulator.admin.advanceClock(150_000);
    expect((await call(emulator, 'GET', scripts)).status).toBe(200);
    await emulator.close();
  });
});

describe('weather files', () => {
  it('are read, and refused by the name of the wrong field', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'cf-deploy-weather-'));
    const emulator = await testEmulator();
    const file = async (content: unknown): Promise<string> => {
      await writeFile(join(dir, 'weather.json'), JSON.stringify(content));
      return join(dir, 'weather.json');
    };
    const fault: Fault = { method: 'PUT', status: 500 };
    await emulator.admin.loadWeather(
      await file({ latencyMs: 5, propagationMs: 10, faults: [fault], rateLimit: { limit: 10 } }),
    );
    expect(emulator.admin.weather()).toMatchObject({
      latencyMs: 5,
      propagationMs: 10,
      faults: [fault],
      rateLimit: { limit: 10 },
    });
    const wrong = emulator.admin.loadWeather(await file({ faults: [{ status: 'bad' }] }));
    await expect(wrong).rejects.toThrow(/faults\[0\]: status must be a number/);
    await expect(emulator.admin.loadWeather(await file({ storm: 1 }))).rejects.toThrow(WeatherFileError);
    await emulator.close();
    await rm(dir, { recursive: true });
  });
});

describe('the admin side', () => {
  it('is reachable over HTTP on loopback, but not for pages of other sites', async () => {
    const emulator = await testEmulator();
    const { url } = await emulator.listen();
    const headers = { authorization: `Bearer ${emulator.adminToken}` };
    const set = await fetch(`${url}/__cf-deploy/weather`, {
      method: 'PUT',
      headers,
      body: JSON.stringify({ latencyMs: 1 }),
    });
    expect(await set.json()).toMatchObject({ latencyMs: 1 });
    expect(
      (await fetch(`${url}/__cf-deploy/weather`, { headers: { ...headers, origin: 'https://evil.example' } }))
        .status,
    ).toBe(403);
    expect((await fetch(`${url}/__cf-deploy/nonsense`, { headers })).status).toBe(404);
    await emulator.close();
  });

  it('shows accounts, Workers and requests on a page, with names escaped', async () => {
    const emulator = await testEmulator({
      accounts: [{ id: ACCOUNT, name: '<b>Tester</b>', subdomain: 'test' }],
    });
    await call(emulator, 'PUT', `${scripts}/hello`, upload());
    const page = await emulator.fetch(
      new Request('http://localhost/__cf-deploy/', {
        headers: { authorization: `Bearer ${emulator.adminToken}` },
      }),
    );
    const html = await page.text();
    expect(html).toContain('hello');
    expect(html).toContain('100%');
    expect(html).not.toContain('<b>Tester');
    await emulator.close();
  });

  it('makes out-of-band edits as a named user, visible as versions with source dash', async () => {
    const emulator = await testEmulator();
    await call(
      emulator,
      'PUT',
      `${scripts}/hello`,
      upload({ bindings: [{ type: 'plain_text', name: 'A', text: '1' }] }),
    );
    const user = emulator.admin.editAs({ email: 'ops@example.com' });
    await user.setVariable(ACCOUNT, 'hello', 'A', '2');
    await user.addCron(ACCOUNT, 'hello', '* * * * *');
    const settings = await call(emulator, 'GET', `${scripts}/hello/settings`);
    expect(settings.result['bindings']).toEqual([{ type: 'plain_text', name: 'A', text: '2' }]);
    const versions = await call(emulator, 'GET', `${scripts}/hello/versions`);
    expect(versions.result['items']).toMatchObject([
      { metadata: { source: 'dash', author_email: 'ops@example.com' } },
      { metadata: { source: 'api' } },
    ]);
    await expect(user.removeBinding(ACCOUNT, 'hello', 'NONE')).rejects.toThrow('no binding NONE');
    await emulator.close();
  });

  it('restores a snapshot', async () => {
    const emulator = await testEmulator();
    await call(emulator, 'PUT', `${scripts}/one`, upload());
    const snapshot = emulator.admin.snapshot();
    await call(emulator, 'PUT', `${scripts}/two`, upload());
    await emulator.admin.restore(snapshot);
    expect((await call(emulator, 'GET', scripts)).result).toHaveLength(1);
    await emulator.close();
  });

  it('journals requests without secret texts', async () => {
    const emulator = await testEmulator();
    await call(emulator, 'PUT', `${scripts}/hello`, upload());
    await call(emulator, 'PUT', `${scripts}/hello/secrets`, {
      name: 'KEY',
      text: 'hidden',
      type: 'secret_text',
    });
    const [entry] = emulator.admin.journal.requests({
      method: 'PUT',
      path: '/accounts/*/workers/scripts/*/secrets',
    });
    expect(entry).toMatchObject({ status: 200, body: { name: 'KEY', text: '[redacted]' } });
    expect(emulator.admin.journal.counters()).toEqual({ 'PUT 2xx': 2 });
    await emulator.close();
  });

  it('keeps its state in a directory that one process uses at a time', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'cf-deploy-state-'));
    const first = await testEmulator({ stateDir: dir });
    await call(first, 'PUT', `${scripts}/kept`, upload());
    await expect(testEmulator({ stateDir: dir, lockWaitMs: 150 })).rejects.toMatchObject({
      code: 'STATE_DIR_BUSY',
    });
    await Promise.all([first.close(), first.close()]);
    const second = await testEmulator({ stateDir: dir });
    expect((await call(second, 'GET', scripts)).result).toMatchObject([{ id: 'kept' }]);
    expect(await (await emulatorContent(second)).text()).toContain('hello');
    await second.close();
    await rm(dir, { recursive: true });
  });
});

async function emulatorContent(emulator: { fetch(request: Request): Promise<Response> }): Promise<Response> {
  return emulator.fetch(
    new Request(`https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/workers/scripts/kept/content/v2`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    }),
  );
}
