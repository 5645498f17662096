import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Runtime, WorkerLogEvent } from '../../src/runtime/contract.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { RuntimeOptions } from '../../src/runtime/runtime.ts';
import { createWorld, temporaryDir } from './world.ts';
import type { VersionSpec, World } from './world.ts';

let world: World;
let runtime: Runtime;
let dir: string;
let remove: () => Promise<void>;

/** Node tells of each child of this process; another file's may run beside them. */
const running = new Set<ChildProcess>();
const follow = (message: unknown): void => {
  const { process: child } = message as { readonly process: ChildProcess };
  child.once('spawn', () => {
    if (!child.spawnfile.endsWith('workerd')) return;
    running.add(child);
    child.once('exit', () => running.delete(child));
  });
};

beforeEach(async () => {
  running.clear();
  subscribe('child_process', follow);
  world = createWorld();
  ({ dir, remove } = await temporaryDir());
});
afterEach(async () => {
  await runtime.close();
  await remove();
  unsubscribe('child_process', follow);
});

const start = (options: Partial<RuntimeOptions> = {}): void => {
  runtime = createRuntime({ view: world.view, dataDir: dir, ...options });
};
const get = async (url: string, init?: RequestInit): Promise<Response> => {
  const response = await runtime.fetch(new Request(url, init));
  if (response === null) throw new Error(`${url} is none of ours`);
  return response;
};
const text = async (url: string, init?: RequestInit): Promise<string> => (await get(url, init)).text();
const says = (words: string): VersionSpec => ({
  source: `export default { fetch: () => new Response(${JSON.stringify(words)}) };`,
});

/** Ids of the workerd processes that the test has started and that run. */
function processes(): number[] {
  return [...running].flatMap(({ pid }) => pid ?? []);
}

describe('versions', () => {
  it('share the traffic, obey overrides and keys, and have preview URLs', async () => {
    const random = vi.fn<() => number>();
    start({ random });
    const script = world.script('api');
    const old = world.upload(script, says('old'));
    const next = world.upload(script, { ...says('next'), annotations: { 'workers/alias': 'try' } });
    const unused = world.upload(script, says('unused'));
    world.split(script, [
      [old, 60],
      [next, 40],
    ]);
    const answers: string[] = [];
    for (const position of [0, 0.39, 0.41, 0.99]) {
      random.mockReturnValueOnce(position);
      answers.push(await text('http://api.acme.workers.dev/'));
    }
    expect(answers).toEqual(['next', 'next', 'old', 'old']);
    const override = { 'Cloudflare-Workers-Version-Overrides': `api="${next.id}"` };
    expect(await text('http://api.acme.workers.dev/', { headers: override })).toBe('next');
    expect(await text(`http://${unused.id.slice(0, 8)}-api.acme.workers.dev/`)).toBe('unused');
    expect(await text('http://try-api.acme.localhost:1234/')).toBe('next');
    expect(random).toHaveBeenCalledTimes(4);
  });

  it('of a Durable Object class share its storage while the traffic is split', async () => {
    const random = vi.fn<() => number>();
    start({ random });
    const script = world.script('counter', {
      durableObjectNamespaces: [{ id: 'd'.repeat(32), className: 'Counter', sqlite: true }],
    });
    const spec = (label: string): VersionSpec => ({
      source: `import { DurableObject } from 'cloudflare:workers';
        export class Counter extends DurableObject { add() { const n = (this.ctx.storage.kv.get('n') ?? 0) + 1; this.ctx.storage.kv.put('n', n); return n; } }
        export default { async fetch(_, env) { return new Response('${label}' + await env.C.getByName('x').add()); } };`,
      bindings: [{ type: 'durable_object_namespace', name: 'C', class_name: 'Counter' }],
      classes: ['Counter'],
    });
    const [a, b] = [world.upload(script, spec('a')), world.upload(script, spec('b'))];
    world.split(script, [
      [a, 50],
      [b, 50],
    ]);
    random.mockReturnValueOnce(0.9).mockReturnValueOnce(0.1).mockReturnValueOnce(0.9);
    const answers = [];
    for (let i = 0; i < 3; i += 1) answers.push(await text('http://counter.acme.workers.dev/'));
    expect(answers).toEqual(['a1', 'b2', 'a3']);
  });
});

describe('pages of our own', () => {
  it('say that nothing is here, or that there is no origin', async () => {
    start();
    world.routes.push({
      zoneId: 'z',
      id: 'r',
      pattern: 'example.com/*',
      script: null,
      accountId: world.account.id,
      zoneName: 'example.com',
    });
    const nothing = await get('http://absent.acme.workers.dev/');
    expect(nothing.status).toBe(404);
    expect(await nothing.text()).toContain('There is nothing here yet');
    const origin = await get('http://example.com/<script>');
    expect(origin.status).toBe(530);
    expect(await origin.text()).toContain('Error 1016');
    expect(await runtime.fetch(new Request('http://localhost:1234/'))).toBeNull();
    expect(processes()).toEqual([]);
  });
});

describe('a change', () => {
  it('waits for requests under way, and later requests wait for it', async () => {
    start();
    const slow = world.script('slow');
    world.deploy(slow, {
      source: `export default { async fetch(request) {
        const { readable, writable } = new TransformStream();
        const writer = writable.getWriter();
        const write = async () => { await writer.write(new TextEncoder().encode('begin ')); await scheduler.wait(400); await writer.write(new TextEncoder().encode('end')); await writer.close(); };
        write();
        return new Response(readable);
      } };`,
    });
    const first = await get('http://slow.acme.workers.dev/');
    world.deploy(slow, says('second'));
    runtime.changed(world.account.id);
    const [one, two] = await Promise.all([first.text(), text('http://slow.acme.workers.dev/')]);
    expect([one, two]).toEqual(['begin end', 'second']);
  });

  it('waits for waitUntil work of answered requests', async () => {
    start();
    const script = world.script('later');
    const bindings = [{ type: 'kv_namespace', name: 'KV', namespace_id: 'a'.repeat(32) }];
    world.deploy(script, {
      source: `export default { fetch(_, env, ctx) { ctx.waitUntil(scheduler.wait(300).then(() => env.KV.put('done', 'yes'))); return new Response('answered'); } };`,
      bindings,
    });
    expect(await text('http://later.acme.workers.dev/')).toBe('answered');
    world.deploy(script, {
      source: `export default { fetch: async (_, env) => new Response(await env.KV.get('done')) };`,
      bindings,
    });
    runtime.changed(world.account.id);
    expect(await text('http://later.acme.workers.dev/')).toBe('yes');
  });

  it('does not wait for small answers nobody reads', async () => {
    start();
    const script = world.script('unread');
    world.deploy(script, says('x'.repeat(10_000)));
    const unread = await get('http://unread.acme.workers.dev/');
    world.deploy(script, says('next'));
    runtime.changed(world.account.id);
    const began = performance.now();
    expect(await text('http://unread.acme.workers.dev/')).toBe('next');
    expect(performance.now() - began).toBeLessThan(8_000);
    expect(await unread.text()).toHaveLength(10_000);
  });

  it('cuts off what does not end in time', async () => {
    start({ drainMs: 200 });
    const script = world.script('endless');
    world.deploy(script, {
      source: `export default { fetch: () => new Response(new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode('x')); }, pull() { return scheduler.wait(60_000); } })) };`,
    });
    const endless = await get('http://endless.acme.workers.dev/');
    world.deploy(script, says('next'));
    runtime.changed(world.account.id);
    expect(await text('http://endless.acme.workers.dev/')).toBe('next');
    await expect(endless.text()).rejects.toThrow(/changed before it had answered/);
  });

  it('of documents that do not concern what runs restarts nothing', async () => {
    start();
    world.deploy(world.script('calm'), says('calm'));
    await text('http://calm.acme.workers.dev/');
    const before = processes();
    world.deploy(world.script('other'), says('other'));
    runtime.changed(world.account.id);
    await text('http://calm.acme.workers.dev/');
    expect(processes()).toEqual(before);
  });
});

describe('a Worker that cannot start', () => {
  it('answers 1101 and leaves the others alone', async () => {
    start();
    const events: WorkerLogEvent[] = [];
    runtime.onLog((event) => events.push(event));
    world.deploy(world.script('fine'), says('fine'));
    world.deploy(world.script('broken'), { source: `const a = absent.value; export default {};` });
    expect(await text('http://fine.acme.workers.dev/')).toBe('fine');
    const broken = await get('http://broken.acme.workers.dev/');
    expect(broken.status).toBe(500);
    expect(await broken.text()).toContain('Error 1101');
    expect(await text('http://fine.acme.workers.dev/')).toBe('fine');
    await vi.waitFor(() =>
      expect(events).toContainEqual(
        expect.objectContaining({
          scriptName: 'broken',
          level: 'exception',
          message: expect.stringContaining('absent is not defined'),
        }),
      ),
    );
  });
});

describe('a Worker whose bindings the runtime refuses', () => {
  it('answers 1101 and leaves the others alone', async () => {
    start();
    world.deploy(world.script('fine'), says('fine'));
    world.deploy(world.script('refused'), {
      ...says('never'),
      bindings: [{ type: 'ratelimit', name: 'L', namespace_id: '1', simple: { limit: -1, period: 60 } }],
    });
    expect(await text('http://fine.acme.workers.dev/')).toBe('fine');
    expect((await get('http://refused.acme.workers.dev/')).status).toBe(500);
    expect(await text('http://fine.acme.workers.dev/')).toBe('fine');
  });
});

describe('a closed runtime', () => {
  it('refuses what waits and what comes, and starts nothing more', async () => {
    start();
    world.deploy(world.script('late'), says('late'));
    const waiting = get('http://late.acme.workers.dev/');
    await runtime.close();
    expect((await waiting).status).toBe(500);
    expect((await get('http://late.acme.workers.dev/')).status).toBe(500);
    expect(processes()).toEqual([]);
  });
});

describe('processes', () => {
  it('start when needed, one for an account, and stop when idle', async () => {
    start({ idleMs: 100 });
    world.deploy(world.script('a'), says('a'));
    expect(processes()).toEqual([]);
    expect(await text('http://a.acme.workers.dev/')).toBe('a');
    expect(processes()).toHaveLength(1);
    await vi.waitFor(() => expect(processes()).toEqual([]), { timeout: 5_000 });
    expect(await text('http://a.acme.workers.dev/')).toBe('a');
  });

  it('make room for each other', async () => {
    start({ maxAwake: 1 });
    const other = world.addAccount('other');
    world.deploy(world.script('a'), says('a'));
    world.deploy(world.script('b', { accountId: other.id }), says('b'));
    for (let i = 0; i < 2; i += 1) {
      expect(await text('http://a.acme.workers.dev/')).toBe('a');
      expect(await text('http://b.other.workers.dev/')).toBe('b');
    }
    expect(processes()).toHaveLength(1);
  });

  it('hold few Workers of many, woken together', async () => {
    start({ maxWorkers: 3 });
    const names = Array.from({ length: 10 }, (_, at) => `w${at}`);
    for (const name of names) world.deploy(world.script(name), says(name));
    const answers = await Promise.all(names.map((name) => text(`http://${name}.acme.workers.dev/`)));
    expect(answers).toEqual(names);
  });

  it('go on as they are for a Worker when another one changes, and start anew for the changed one', async () => {
    start();
    const changing = world.script('changing');
    world.deploy(world.script('still'), says('still'));
    world.deploy(changing, says('one'));
    expect(await text('http://still.acme.workers.dev/')).toBe('still');
    expect(await text('http://changing.acme.workers.dev/')).toBe('one');
    const before = processes();
    world.deploy(changing, says('two'));
    expect(await text('http://still.acme.workers.dev/')).toBe('still');
    expect(processes()).toEqual(before);
    expect(await text('http://changing.acme.workers.dev/')).toBe('two');
  });

  it('that are killed are started again at once, whatever work of theirs was still to end', async () => {
    start();
    world.deploy(world.script('slow'), {
      source: `export default { fetch(request, env, ctx) { if (request.method === 'PUT') ctx.waitUntil(scheduler.wait(60_000)); return new Response('here'); } };`,
    });
    expect(await text('http://slow.acme.workers.dev/', { method: 'PUT' })).toBe('here');
    for (const pid of processes()) process.kill(pid, 'SIGKILL');
    await vi.waitFor(async () => expect(await text('http://slow.acme.workers.dev/')).toBe('here'), {
      timeout: 4_000,
    });
  });

  it('that are killed are started again, with all data', async () => {
    start();
    world.deploy(world.script('kv'), {
      source: `export default { async fetch(request, env) { if (request.method === 'PUT') await env.KV.put('k', 'kept'); return new Response(await env.KV.get('k')); } };`,
      bindings: [{ type: 'kv_namespace', name: 'KV', namespace_id: 'a'.repeat(32) }],
    });
    expect(await text('http://kv.acme.workers.dev/', { method: 'PUT' })).toBe('kept');
    for (const pid of processes()) process.kill(pid, 'SIGKILL');
    await vi.waitFor(async () => expect(await text('http://kv.acme.workers.dev/')).toBe('kept'), {
      timeout: 5_000,
    });
    await runtime.close();
    start();
    expect(await text('http://kv.acme.workers.dev/')).toBe('kept');
  });
});
