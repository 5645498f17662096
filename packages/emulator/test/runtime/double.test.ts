import { afterEach, describe, expect, it } from 'vitest';
import { createDouble, createEmulator, createVirtualClock } from '../../src/index.ts';
import type { Emulator, EmulatorOptions } from '../../src/index.ts';
import { ACCOUNT, TOKEN, call, upload } from '../support/client.ts';

const SCRIPT = '/accounts/:account/workers/scripts/hello';

let emulator: Emulator;
afterEach(() => emulator.close());

async function start(options: EmulatorOptions = {}): Promise<void> {
  emulator = await createEmulator({
    runtime: 'double',
    clock: 'virtual',
    accounts: [{ id: ACCOUNT, subdomain: 'test' }],
    tokens: [TOKEN],
    ...options,
  });
}

async function deploy(name: string): Promise<string> {
  const bindings = [
    { type: 'plain_text', name: 'STAGE', text: name },
    { type: 'secret_text', name: 'KEY', text: 'hidden' },
  ];
  await call(emulator, 'PUT', SCRIPT, upload({ bindings }));
  await call(emulator, 'POST', `${SCRIPT}/subdomain`, { enabled: true, previews_enabled: true });
  const { result } = await call(emulator, 'GET', `${SCRIPT}/deployments`);
  const [live] = result['deployments'] as { versions: { version_id: string }[] }[];
  return live?.versions[0]?.version_id ?? '';
}

const get = (host = 'hello.test.workers.dev', headers: Record<string, string> = {}): Promise<Response> =>
  emulator.fetch(new Request(`http://${host}/health`, { headers }));

describe('the double of the runtime', () => {
  it('answers in the name of the version that is deployed, without its secrets', async () => {
    await start();
    expect((await get()).status).toBe(404);
    const first = await deploy('one');
    expect(await (await get()).json()).toMatchObject({ version: { id: first }, variables: { STAGE: 'one' } });
    const second = await deploy('two');
    const answer = await (await get()).text();
    expect(answer).toContain(second);
    expect(answer).not.toContain('hidden');
  });

  it('splits traffic by the seed, obeys overrides, and lets a deployment spread by the virtual clock', async () => {
    const split = async (seed: string): Promise<string> => {
      await start({ seed, propagationMs: 3_000 });
      const old = await deploy('one');
      emulator.admin.advanceClock(3_001);
      const { result } = await call(emulator, 'POST', `${SCRIPT}/versions`, upload());
      const fresh = String(result['id']);
      const shares = [old, fresh].map((id) => ({ version_id: id, percentage: 50 }));
      await call(emulator, 'POST', `${SCRIPT}/deployments`, { strategy: 'percentage', versions: shares });
      const ask = async (headers = {}): Promise<string> =>
        ((await (await get(undefined, headers)).json()) as { version: { id: string } }).version.id;
      for (let i = 0; i < 5; i += 1) expect(await ask()).toBe(old);
      emulator.admin.advanceClock(3_001);
      expect(await ask({ 'Cloudflare-Workers-Version-Overrides': `hello="${fresh}"` })).toBe(fresh);
      let seen = '';
      for (let i = 0; i < 20; i += 1) seen += (await ask()) === fresh ? 'n' : 'o';
      await emulator.close();
      return seen;
    };
    const one = await split('a');
    expect(one).toMatch(/n.*o|o.*n/);
    expect(await split('a')).toBe(one);
    expect(await split('b')).not.toBe(one);
    await start();
  });

  it('lets a simulation answer, and shows what it throws as the Worker’s exception', async () => {
    await start({
      runtime: (options) =>
        createDouble({
          ...options,
          answer: ({ version }) => {
            if (version.bindings.some(({ text }) => text === 'sick')) throw new Error('out of order');
            return new Response('well');
          },
        }),
    });
    const seen: string[] = [];
    emulator.admin.onLog(({ level, message, at }) => seen.push(`${at} ${level} ${message}`));
    await deploy('well');
    expect(await (await get()).text()).toBe('well');
    await deploy('sick');
    const sick = await get();
    expect([sick.status, await sick.text()]).toEqual([500, expect.stringContaining('1101')]);
    expect(seen).toEqual(['2026-01-01T00:00:00.000Z exception out of order']);
  });

  it('refuses what does not start, and ends KV values by the virtual clock', async () => {
    const clock = createVirtualClock();
    await start({ clock });
    const broken = await call(emulator, 'PUT', SCRIPT, upload({}, 'throw new TypeError("at start");'));
    expect(broken.errors[0]?.message).toContain('TypeError: at start');
    const { data } = emulator.runtime;
    await data.kvPut(ACCOUNT, 'ns', 'a', new Uint8Array([1]), { expirationTtl: 60 });
    await data.kvPut(ACCOUNT, 'ns', 'b', new Uint8Array([2]), { metadata: { x: 1 } });
    expect(await data.kvList(ACCOUNT, 'ns', { limit: 1 })).toMatchObject({
      keys: [{ name: 'a' }],
      cursor: 'a',
    });
    clock.advance(60_000);
    expect(await data.kvGet(ACCOUNT, 'ns', 'a')).toBeNull();
    expect(await data.kvList(ACCOUNT, 'ns', {})).toEqual({
      keys: [{ name: 'b', metadata: { x: 1 } }],
      cursor: null,
    });
  });

  it('keeps objects, a page at a time', async () => {
    await start();
    const { data } = emulator.runtime;
    for (const key of ['b', 'a', 'c']) await data.r2Put(ACCOUNT, 'files', key, new Uint8Array([1]), null);
    await data.r2Delete(ACCOUNT, 'files', 'b');
    const first = await data.r2List(ACCOUNT, 'files', { limit: 1 });
    expect(first).toMatchObject({ objects: [{ key: 'a', size: 1 }], cursor: 'a' });
    expect(await data.r2List(ACCOUNT, 'files', { cursor: 'a' })).toMatchObject({
      objects: [{ key: 'c', uploaded: '2026-01-01T00:00:00.000Z' }],
      cursor: null,
    });
    expect((await data.r2Get(ACCOUNT, 'files', 'c'))?.bytes).toEqual(new Uint8Array([1]));
    await data.drop(ACCOUNT, 'r2', 'files');
    expect(await data.r2Get(ACCOUNT, 'files', 'c')).toBeNull();
  });

  it('reads classes and handlers off what a bundler writes', async () => {
    await start();
    const source = `class Room extends DurableObject {}
      class Flow extends WorkflowEntrypoint {}
      var index_default = { async fetch() {}, scheduled: async () => {} };
      export { Room, Flow as Steps, index_default as default };`;
    const bytes = new TextEncoder().encode(source);
    const shape = await emulator.runtime.check({
      mainModule: 'i.js',
      format: 'modules',
      compatibilityDate: '2026-01-01',
      compatibilityFlags: [],
      bindings: [],
      modules: [{ name: 'i.js', contentType: 'application/javascript+module', size: bytes.length, bytes }],
    });
    expect(shape).toMatchObject({
      ok: true,
      handlers: ['fetch', 'scheduled'],
      namedHandlers: [
        { name: 'Room', type: 'durable-object' },
        { name: 'Steps', type: 'workflow' },
      ],
    });
  });
});
