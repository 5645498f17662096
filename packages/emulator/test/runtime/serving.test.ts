import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runtime, WorkerLogEvent, ServedRequest } from '../../src/runtime/contract.ts';
import { createWorld, startRuntime } from './world.ts';

// Uploaded just now, so that one process starts them all together.
const world = createWorld(new Date().toISOString());
let runtime: Runtime;
let end: () => Promise<void>;

beforeAll(async () => {
  ({ runtime, end } = await startRuntime(world));
});
afterAll(() => end());

const get = async (url: string, init?: RequestInit): Promise<Response> => {
  const response = await runtime.fetch(new Request(url, init));
  if (response === null) throw new Error(`${url} is none of ours`);
  return response;
};
const text = async (url: string, init?: RequestInit): Promise<string> => (await get(url, init)).text();

describe('a deployed Worker', () => {
  it('is started by its first request', async () => {
    const script = world.script('hello');
    world.deploy(script, {
      source: `export default { fetch: (request, env) => new Response('hello from ' + new URL(request.url).host + ' ' + request.headers.get('host') + ' ' + env.WHO + env.N.n + env.KEY) };`,
      bindings: [
        { type: 'plain_text', name: 'WHO', text: 'me' },
        { type: 'json', name: 'N', json: { n: 1 } },
        { type: 'secret_text', name: 'KEY', text: 's3cret' },
      ],
    });
    const response = await get('http://hello.acme.workers.dev/');
    expect(await response.text()).toBe('hello from hello.acme.workers.dev hello.acme.workers.dev me1s3cret');
    expect(response.headers.get('server')).toBe('cloudflare');
    expect(await text('http://hello.acme.localhost:8787/')).toBe(
      'hello from hello.acme.localhost:8787 hello.acme.localhost:8787 me1s3cret',
    );
  });

  it('answers with its newest deployment after a change', async () => {
    const script = world.script('changing');
    const source = (n: number): string => `export default { fetch: () => new Response('v${n}') };`;
    world.deploy(script, { source: source(1) });
    expect(await text('http://changing.acme.workers.dev/')).toBe('v1');
    world.deploy(script, { source: source(2) });
    runtime.changed(world.account.id);
    expect(await text('http://changing.acme.workers.dev/')).toBe('v2');
  });

  world.deploy(world.script('echo'), {
    source: `export default { async fetch(request) {
      const url = new URL(request.url);
      return new Response(request.body, { status: 201, headers: [['x-method', request.method], ['x-query', url.search], ['x-header', request.headers.get('x-in') + '|' + request.headers.get('mf-route-override')], ['set-cookie', 'a=1'], ['set-cookie', 'b=2']] });
    } };`,
  });
  it('gets method, headers, body and query, and streams its answer', async () => {
    const response = await get('http://echo.acme.workers.dev/p?a=1', {
      method: 'POST',
      body: 'x'.repeat(100_000),
      headers: { 'x-in': 'yes', 'mf-route-override': 'log' },
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-method')).toBe('POST');
    expect(response.headers.get('x-query')).toBe('?a=1');
    expect(response.headers.get('x-header')).toBe('yes|null');
    expect(response.headers.has('connection')).toBe(false);
    expect(response.headers.has('transfer-encoding')).toBe(false);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.text()).toHaveLength(100_000);
  });

  world.deploy(world.script('pieces'), {
    source: `export default { fetch(request) {
      const body = new ReadableStream({ start(controller) { controller.enqueue(new TextEncoder().encode(request.headers.get('accept-encoding'))); }, pull: () => scheduler.wait(60_000) });
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    } };`,
  });
  it('sends the pieces of a stream as they come', async () => {
    const response = await get('http://pieces.acme.workers.dev/');
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('br, gzip');
    await reader?.cancel();
  });

  const throwing = world.deploy(world.script('throwing'), {
    source: `export default { fetch() { console.log('about to', { throw: 1 }); throw new TypeError('no <b>luck</b>'); } };`,
  });
  it('that throws answers 500 with error 1101, and the exception is logged with its version', async () => {
    const events: WorkerLogEvent[] = [];
    let seen = (): void => undefined;
    const both = new Promise<void>((resolve) => (seen = resolve));
    const stop = runtime.onLog((event) => {
      events.push(event);
      if (events.length === 2) seen();
    });
    const served: ServedRequest[] = [];
    const stopCounting = runtime.onServed((request) => served.push(request));
    const response = await get('http://throwing.acme.workers.dev/');
    expect(response.status).toBe(500);
    const page = await response.text();
    expect(page).toContain('Error 1101');
    expect(page).not.toContain('luck');
    await both;
    stop();
    stopCounting();
    expect(served).toMatchObject([{ versionId: throwing.id, outcome: 'exception', status: null }]);
    expect(events).toMatchObject([
      { level: 'log', message: 'about to {"throw":1}', scriptName: 'throwing', versionId: throwing.id },
      { level: 'exception', scriptName: 'throwing', versionId: throwing.id },
    ]);
    expect(events[1]?.message).toMatch(/^TypeError: no <b>luck<\/b>\n\s+at .*index\.js:1:/);
    expect(events[1]?.message).not.toContain('file://');
  });

  world.deploy(world.script('cf'), {
    source: `export default { fetch: (request) => Response.json({ colo: request.cf.colo, country: request.cf.country }) };`,
  });
  it('sees a request.cf without asking anyone', async () => {
    expect(await (await get('http://cf.acme.workers.dev/')).json()).toEqual({ colo: 'DFW', country: 'US' });
  });

  world.deploy(world.script('outside'), {
    source: `export default { fetch: () => fetch('https://example.com/x') };`,
  });
  it('cannot reach the outside', async () => {
    const response = await get('http://outside.acme.workers.dev/');
    expect(response.status).toBe(530);
    expect(await response.text()).toContain('Nothing leaves this machine');
  });
});

describe('bindings', () => {
  world.deploy(world.script('kv'), {
    source: `export default { async fetch(_, env) { await env.CACHE.put('from-worker', 'w', { metadata: { a: 1 } }); return new Response(await env.CACHE.get('from-api')); } };`,
    bindings: [{ type: 'kv_namespace', name: 'CACHE', namespace_id: 'a'.repeat(32) }],
  });
  it('KV is shared by the API and the Worker', async () => {
    const { id } = world.account;
    await runtime.data.kvPut(id, 'a'.repeat(32), 'from-api', new TextEncoder().encode('hello'), {});
    expect(await text('http://kv.acme.workers.dev/')).toBe('hello');
    const got = await runtime.data.kvGet(id, 'a'.repeat(32), 'from-worker');
    expect(new TextDecoder().decode(got?.value)).toBe('w');
    expect(got?.metadata).toEqual({ a: 1 });
    expect(await runtime.data.kvGet(id, 'a'.repeat(32), 'absent')).toBeNull();
    expect(await runtime.data.kvList(id, 'a'.repeat(32), { prefix: 'from-' })).toEqual({
      keys: [{ name: 'from-api' }, { name: 'from-worker', metadata: { a: 1 } }],
      cursor: null,
    });
    await runtime.data.kvDelete(id, 'a'.repeat(32), 'from-api');
    expect((await runtime.data.kvList(id, 'a'.repeat(32), {})).keys).toHaveLength(1);
  });

  const uuid = '11111111-1111-4111-8111-111111111111';
  world.deploy(world.script('d1'), {
    source: `export default { async fetch(_, env) { return Response.json((await env.DB.prepare('SELECT name FROM users WHERE id = ?').bind(2).all()).results); } };`,
    bindings: [{ type: 'd1', name: 'DB', id: uuid }],
  });
  it('D1 is shared by the API and the Worker', async () => {
    const results = await runtime.data.d1Query(
      world.account.id,
      uuid,
      `CREATE TABLE users (id INTEGER, name TEXT); INSERT INTO users VALUES (1, 'a;b'), (2, 'c'); SELECT count(*) AS n FROM users`,
      [],
    );
    expect(results.map(({ results: rows }) => rows)).toEqual([[], [], [{ n: 2 }]]);
    expect(await (await get('http://d1.acme.workers.dev/')).json()).toEqual([{ name: 'c' }]);
    await expect(runtime.data.d1Query(world.account.id, uuid, 'SELECT * FROM nope', [])).rejects.toThrow(
      /no such table: nope/,
    );
  });

  it('Durable Object storage stays over versions and is lost when its namespace is dropped', async () => {
    const script = world.script('counter', {
      durableObjectNamespaces: [{ id: 'd'.repeat(32), className: 'Counter', sqlite: true }],
    });
    const spec = (label: string) => ({
      source: `import { DurableObject } from 'cloudflare:workers';
        export class Counter extends DurableObject { async add() { const n = ((await this.ctx.storage.get('n')) ?? 0) + 1; await this.ctx.storage.put('n', n); return n; } }
        export default { async fetch(_, env) { return new Response('${label}' + await env.COUNTER.getByName('x').add()); } };`,
      bindings: [{ type: 'durable_object_namespace', name: 'COUNTER', class_name: 'Counter' }],
      classes: ['Counter'],
    });
    world.deploy(script, spec('one '));
    expect(await text('http://counter.acme.workers.dev/')).toBe('one 1');
    world.deploy(script, spec('two '));
    runtime.changed(world.account.id);
    expect(await text('http://counter.acme.workers.dev/')).toBe('two 2');
    world.deploy(world.script('borrower'), {
      source: `export default { async fetch(_, env) { return new Response('borrowed ' + await env.C.getByName('x').add()); } };`,
      bindings: [
        { type: 'durable_object_namespace', name: 'C', class_name: 'Counter', script_name: 'counter' },
      ],
    });
    expect(await text('http://borrower.acme.workers.dev/')).toBe('borrowed 3');
    await runtime.data.drop(world.account.id, 'durable-object', 'd'.repeat(32));
    expect(await text('http://borrower.acme.workers.dev/')).toBe('borrowed 1');
  });

  world.deploy(world.script('backend'), {
    source: `import { WorkerEntrypoint } from 'cloudflare:workers';
      export class Math extends WorkerEntrypoint { add(a, b) { return a + b; } }
      export default { fetch: () => new Response('backend') };`,
  });
  world.deploy(world.script('frontend'), {
    source: `export default { async fetch(request, env) { const r = await env.BACKEND.fetch(request); return new Response(await r.text() + ' ' + await env.MATH.add(1, 2)); } };`,
    bindings: [
      { type: 'service', name: 'BACKEND', service: 'backend' },
      { type: 'service', name: 'MATH', service: 'backend', entrypoint: 'Math' },
    ],
  });
  it('a service binding reaches another Worker by fetch and RPC', async () => {
    expect(await text('http://frontend.acme.workers.dev/')).toBe('backend 3');
  });

  const target = world.script('shared');
  const spec = (n: number) => ({
    source: `import { WorkerEntrypoint } from 'cloudflare:workers';
        export class Api extends WorkerEntrypoint { version() { return ${n}; } }
        export default { fetch: () => new Response('${n}') };`,
    entrypoints: ['Api'],
  });
  const [one, two] = [world.upload(target, spec(1)), world.upload(target, spec(2))];
  world.split(target, [
    [one, 50],
    [two, 50],
  ]);
  world.deploy(world.script('sharing'), {
    source: `export default { async fetch(request, env) {
      if (new URL(request.url).pathname === '/passed') return env.FETCH.fetch(request);
      const seen = [new Set(), new Set()];
      for (let i = 0; i < 60; i++) { seen[0].add(await (await env.FETCH.fetch('http://x')).text()); seen[1].add(await env.API.version()); }
      return Response.json(seen.map((set) => [...set].sort()));
    } };`,
    bindings: [
      { type: 'service', name: 'FETCH', service: 'shared' },
      { type: 'service', name: 'API', service: 'shared', entrypoint: 'Api' },
    ],
  });
  it('a service binding shares its calls among the versions of the other Worker', async () => {
    expect(await (await get('http://sharing.acme.workers.dev/')).json()).toEqual([
      ['1', '2'],
      [1, 2],
    ]);
    const headers = { 'Cloudflare-Workers-Version-Overrides': `shared="${one.id}"` };
    for (let i = 0; i < 5; i += 1)
      expect(await text('http://sharing.acme.workers.dev/passed', { headers })).toBe('1');
  });

  it('a KV namespace and a database that are dropped are empty', async () => {
    const { id } = world.account;
    await runtime.data.drop(id, 'kv', 'a'.repeat(32));
    await runtime.data.drop(id, 'd1', uuid);
    await runtime.data.drop(id, 'kv', '../..');
    expect(await runtime.data.kvList(id, 'a'.repeat(32), {})).toEqual({ keys: [], cursor: null });
    const query = runtime.data.d1Query(id, uuid, 'SELECT * FROM users', []);
    await expect(query).rejects.toThrow(/no such table: users/);
  });

  const version = world.deploy(world.script('meta'), {
    source: `export default { fetch: (_, env) => Response.json(env.META) };`,
    bindings: [{ type: 'version_metadata', name: 'META' }],
    annotations: { 'workers/tag': 'v1' },
  });
  it('version metadata names the version', async () => {
    expect(await (await get('http://meta.acme.workers.dev/')).json()).toEqual({
      id: version.id,
      tag: 'v1',
      timestamp: version.createdOn,
    });
  });

  world.deploy(world.script('ai'), {
    source: `export default { async fetch(_, env) {
      const chat = await env.AI.run('@cf/meta/llama-3.1-8b-instruct', { messages: [{ role: 'user', content: 'hi' }] });
      const { data, shape } = await env.AI.run('@cf/baai/bge-base-en-v1.5', { text: ['a cat', 'a dog'] });
      const stream = await env.AI.run('@cf/meta/llama-3.1-8b-instruct', { prompt: 'hi', stream: true });
      const failed = await env.AI.run('x', {}).catch((error) => error.message);
      return Response.json({ chat: chat.response, shape, first: data[0].length, stream: await new Response(stream).text(), failed });
    } };`,
    bindings: [{ type: 'ai', name: 'AI' }],
    compatibilityDate: '2022-01-01',
  });
  it('the AI stand-in answers the same every time, in text, embeddings and streams', async () => {
    const answer = (await (await get('http://ai.acme.workers.dev/')).json()) as Record<string, unknown>;
    expect(answer).toMatchObject({ shape: [2, 768], first: 768 });
    expect(answer['chat']).toMatch(/^\[local stand-in for @cf\/meta\/llama.* You said: hi$/);
    expect(answer['stream']).toMatch(/^data: \{"response":.*data: \[DONE\]\n\n$/s);
    expect(answer['failed']).toContain('takes "text", "prompt" or "messages"');
    expect(await (await get('http://ai.acme.workers.dev/')).json()).toEqual(answer);
  });

  world.deploy(world.script('vectors'), {
    source: `export default { async fetch(_, env) {
      await env.V.upsert([{ id: 'a', values: [1, 0], metadata: { k: 1 } }, { id: 'b', values: new Float32Array([0, 1]), namespace: 'n' }]);
      const found = await env.V.query([0.9, 0.1], { topK: 1, returnMetadata: 'all' });
      const wrong = await env.V.insert([{ id: 'c', values: [1] }]).catch((error) => error.message);
      await env.V.deleteByIds(['b']);
      return Response.json({ found, wrong, got: await env.V.getByIds(['a', 'b']), about: await env.V.describe() });
    } };`,
    bindings: [{ type: 'vectorize', name: 'V', index_name: 'docs' }],
  });
  it('the Vectorize stand-in keeps vectors and finds the nearest', async () => {
    expect(await (await get('http://vectors.acme.workers.dev/')).json()).toMatchObject({
      found: { count: 1, matches: [{ id: 'a', metadata: { k: 1 }, score: expect.closeTo(0.994, 3) }] },
      wrong: 'VECTOR_INSERT_ERROR: invalid vector for id "c", expected 2 dimensions, got 1',
      got: [{ id: 'a', values: [1, 0] }],
      about: { vectorCount: 1, dimensions: 2 },
    });
  });

  world.deploy(world.script('browser'), {
    source: `export default { async fetch(_, env) { try { await env.B.fetch('http://x'); } catch (error) { return new Response(error.message); } } };`,
    bindings: [{ type: 'browser', name: 'B' }],
  });
  it('a kind without local runtime throws when it is used, not before', async () => {
    expect(await text('http://browser.acme.workers.dev/')).toBe(
      'Binding "B" of type browser has no local runtime.',
    );
  });
});
