import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runtime } from '../../src/runtime/contract.ts';
import type { QueueDocument } from '../../src/store/model/queues.ts';
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
  const response = await runtime.fetch(new Request(url, { redirect: 'manual', ...init }));
  if (response === null) throw new Error(`${url} is none of ours`);
  return response;
};
const text = async (url: string): Promise<string> => (await get(url)).text();

function queue(name: string, more: Partial<QueueDocument> = {}): void {
  world.queues.push({
    accountId: world.account.id,
    id: name,
    name,
    createdOn: '',
    modifiedOn: '',
    settings: {},
    consumers: [],
    ...more,
  });
}

describe('static assets', () => {
  world.deploy(world.script('site'), {
    format: 'assets',
    assets: {
      files: {
        '/index.html': '<h1>home</h1>',
        '/about.html': '<h1>about</h1>',
        '/404.html': 'lost',
        '/a%20b.txt': 'spaced',
      },
      config: {
        not_found_handling: '404-page',
        _headers: '/about\n  X-Page: about\n',
        _redirects: '/old /about 301\n/blog/* /about?from=:splat',
      },
    },
  });
  it('alone serve files, pages without extension, 404 pages, headers and redirects', async () => {
    expect(await text('http://site.acme.workers.dev/')).toBe('<h1>home</h1>');
    const about = await get('http://site.acme.workers.dev/about');
    expect(await about.text()).toBe('<h1>about</h1>');
    expect(about.headers.get('x-page')).toBe('about');
    expect((await get('http://site.acme.workers.dev/about.html')).headers.get('location')).toBe('/about');
    const lost = await get('http://site.acme.workers.dev/nope');
    expect([lost.status, await lost.text()]).toEqual([404, 'lost']);
    expect(await text('http://site.acme.workers.dev/a%20b.txt')).toBe('spaced');
    const old = await get('http://site.acme.workers.dev/old');
    expect([old.status, old.headers.get('location')]).toEqual([301, '/about']);
    const blog = await get('http://site.acme.workers.dev/blog/x');
    expect([blog.status, blog.headers.get('location')]).toEqual([302, '/about?from=x']);
  });

  world.deploy(world.script('spa'), {
    source: `export default { fetch: async (request, env) => new Response('code ' + new URL(request.url).pathname + ' ' + await (await env.ASSETS.fetch('http://x/app.js')).text()) };`,
    bindings: [{ type: 'assets', name: 'ASSETS' }],
    assets: {
      files: { '/index.html': 'shell', '/app.js': 'js' },
      config: {
        not_found_handling: 'single-page-application',
        run_worker_first: ['/api/*', '!/api/static/*'],
      },
    },
  });
  it('of a single page application come before its code, except where the Worker runs first', async () => {
    expect(await text('http://spa.acme.workers.dev/any/page')).toBe('shell');
    expect(await text('http://spa.acme.workers.dev/api/x')).toBe('code /api/x js');
    expect(await text('http://spa.acme.workers.dev/api/static/y')).toBe('shell');
  });

  world.deploy(world.script('asker'), {
    source: `export default { fetch: (request, env) => env.SITE.fetch(request) };`,
    bindings: [{ type: 'service', name: 'SITE', service: 'site' }],
  });
  it('of another Worker are reached through a service binding', async () => {
    expect(await text('http://asker.acme.workers.dev/about')).toBe('<h1>about</h1>');
  });
});

describe('events', () => {
  world.deploy(world.script('cron'), {
    source: `export default {
      async scheduled(controller, env) { if (controller.cron === 'bad') throw new Error('no'); await env.KV.put('cron', controller.cron + ' ' + controller.scheduledTime); },
    };`,
    bindings: [{ type: 'kv_namespace', name: 'KV', namespace_id: 'c'.repeat(32) }],
  });
  it('a cron trigger runs the scheduled handler', async () => {
    const at = new Date('2026-02-03T04:05:00Z');
    expect(await runtime.triggerScheduled(world.account.id, 'cron', '5 4 * * *', at)).toEqual({
      outcome: 'ok',
    });
    const stored = await runtime.data.kvGet(world.account.id, 'c'.repeat(32), 'cron');
    expect(new TextDecoder().decode(stored?.value)).toBe(`5 4 * * * ${at.getTime()}`);
    expect(await runtime.triggerScheduled(world.account.id, 'cron', 'bad', at)).toEqual({
      outcome: 'exception',
    });
    await expect(runtime.triggerScheduled(world.account.id, 'none', '* * * * *', at)).rejects.toThrow(
      'The Worker "none" is not deployed.',
    );
  });

  const consumer = { id: 'x', type: 'worker' as const, createdOn: '' };
  queue('orders', {
    consumers: [
      {
        ...consumer,
        scriptName: 'consumer',
        deadLetterQueue: 'dead',
        settings: { batch_size: 3, max_wait_time_ms: 0, max_retries: 1 },
      },
    ],
  });
  queue('dead', {
    consumers: [
      { ...consumer, scriptName: 'undertaker', deadLetterQueue: null, settings: { max_wait_time_ms: 0 } },
    ],
  });
  const kv = { type: 'kv_namespace', name: 'KV', namespace_id: 'f'.repeat(32) };
  const report = `const report = (line) => console.log(line);`;
  world.deploy(world.script('producer'), {
    source: `export default { async fetch(_, env) {
      await env.ORDERS.sendBatch([{ body: { n: 1 } }, { body: 'two', contentType: 'text' }, { body: new Uint8Array([3]), contentType: 'bytes' }]);
      return new Response('sent');
    } };`,
    bindings: [{ type: 'queue', name: 'ORDERS', queue_name: 'orders' }],
  });
  world.deploy(world.script('consumer'), {
    source: `${report} export default { async queue(batch) {
      for (const message of batch.messages) {
        if (message.body === 'two') { message.retry(); continue; }
        report(batch.queue + ' ' + (message.body.n ?? message.body[0]) + ' ' + message.attempts);
      }
    } };`,
    bindings: [kv],
  });
  world.deploy(world.script('undertaker'), {
    source: `${report} export default { queue(batch) { for (const { body, attempts } of batch.messages) report(batch.queue + ' ' + body + ' ' + attempts); } };`,
  });
  it('queue messages reach the consumer in batches, and the dead letter queue after their retries', async () => {
    const lines: string[] = [];
    let finish = (): void => undefined;
    const three = new Promise<void>((resolve) => (finish = resolve));
    const stop = runtime.onLog(({ scriptName, message }) => {
      if (scriptName === 'cron') return;
      lines.push(message);
      if (lines.length === 3) finish();
    });
    runtime.changed(world.account.id);
    expect(await text('http://producer.acme.workers.dev/')).toBe('sent');
    await three;
    expect(lines.toSorted()).toEqual(['dead two 1', 'orders 1 1', 'orders 3 1']);
    lines.length = 1;
    const again = new Promise<void>((resolve) => (finish = resolve));
    await runtime.sendQueueMessages(world.account.id, 'dead', [{ a: 1 }, 'z']);
    await again;
    stop();
    expect(lines.slice(1)).toEqual(['dead [object Object] 1', 'dead z 1']);
    await expect(runtime.sendQueueMessages(world.account.id, 'nope', [1])).rejects.toThrow(
      'There is no queue "nope".',
    );
  });
});

describe('other products', () => {
  world.deploy(world.script('r2'), {
    source: `export default { async fetch(request, env) { if (request.method === 'PUT') await env.B.put('k', 'v'); else await env.B.delete('k'); return new Response(); } };`,
    bindings: [{ type: 'r2_bucket', name: 'B', bucket_name: 'files' }],
  });
  it('R2 buckets keep objects', async () => {
    expect((await runtime.data.r2List(world.account.id, 'files', {})).objects).toEqual([]);
    await get('http://r2.acme.workers.dev/', { method: 'PUT' });
    const put = await runtime.data.r2Put(world.account.id, 'files', 'ä/b', new Uint8Array([1]), 'image/png');
    expect(put).toMatchObject({ key: 'ä/b', size: 1, contentType: 'image/png' });
    const found = await runtime.data.r2Get(world.account.id, 'files', 'ä/b');
    expect(found).toMatchObject({ bytes: new Uint8Array([1]), contentType: 'image/png', etag: put.etag });
    await runtime.data.kvPut(world.account.id, 'd'.repeat(32), 'schlüssel', new Uint8Array([1]), {});
    const { keys } = await runtime.data.kvList(world.account.id, 'd'.repeat(32), {});
    expect(keys.map(({ name }) => name)).toEqual(['schlüssel']);
    await runtime.data.r2Delete(world.account.id, 'files', 'ä/b');
    expect(await runtime.data.r2Get(world.account.id, 'files', 'ä/b')).toBeNull();
    expect((await runtime.data.r2List(world.account.id, 'files', {})).objects).toHaveLength(1);
    await get('http://r2.acme.workers.dev/');
    expect((await runtime.data.r2List(world.account.id, 'files', {})).objects).toEqual([]);
  });

  world.deploy(world.script('customer', { dispatchNamespace: 'platform' }), {
    source: `export default { async fetch(request, env) { await env.KV.put('who', 'customer'); return new Response('customer ' + request.method + ' ' + await request.text() + ' ' + new URL(request.url).pathname); } };`,
    bindings: [{ type: 'kv_namespace', name: 'KV', namespace_id: 'e'.repeat(32) }],
  });
  world.deploy(world.script('dispatcher'), {
    source: `export default { async fetch(request, env) {
      const name = new URL(request.url).searchParams.get('to');
      try { const r = await env.D.get(name).fetch(request); return new Response(await r.text() + ' ' + await env.KV.get('who')); }
      catch (error) { return new Response(error.message, { status: 404 }); }
    } };`,
    bindings: [
      { type: 'dispatch_namespace', name: 'D', namespace: 'platform' },
      { type: 'kv_namespace', name: 'KV', namespace_id: 'e'.repeat(32) },
    ],
  });
  it('a dispatch namespace gives its Workers, which share the account data', async () => {
    const response = await get('http://dispatcher.acme.workers.dev/p?to=customer', {
      method: 'POST',
      body: 'hi',
    });
    expect(await response.text()).toBe('customer POST hi /p customer');
    expect(await text('http://dispatcher.acme.workers.dev/?to=nobody')).toBe('Worker not found.');
  });

  world.deploy(world.script('flow'), {
    source: `import { WorkflowEntrypoint } from 'cloudflare:workers';
      export class Order extends WorkflowEntrypoint { async run(event, step) { return await step.do('double', async () => event.payload.n * 2); } }
      export default { async fetch(_, env) {
        const instance = await env.FLOW.create({ params: { n: 21 } });
        for (;;) { const { status, output } = await instance.status(); if (status !== 'queued' && status !== 'running') return Response.json({ status, output }); await scheduler.wait(20); }
      } };`,
    bindings: [{ type: 'workflow', name: 'FLOW', workflow_name: 'order', class_name: 'Order' }],
  });
  it('a workflow runs to its end', async () => {
    expect(await (await get('http://flow.acme.workers.dev/')).json()).toEqual({
      status: 'complete',
      output: 42,
    });
  });

  world.secrets.set('TOKEN', 't0k3n');
  world.deploy(world.script('many'), {
    source: `import { EmailMessage } from 'cloudflare:email';
      export default { async fetch(_, env) {
        const limits = [];
        for (let i = 0; i < 3; i++) limits.push((await env.LIMIT.limit({ key: 'k' })).success);
        env.EVENTS.writeDataPoint({ blobs: ['a'] });
        const loaded = env.LOADER.load({ compatibilityDate: '2026-01-01', mainModule: 'm.js', modules: { 'm.js': 'export default { fetch: () => new Response("loaded") }' } });
        const missing = await env.GONE.get().catch((error) => error.message);
        return Response.json({ limits, loaded: await (await loaded.getEntrypoint().fetch('http://x')).text(), secret: await env.SECRET.get(), missing, database: new URL(env.DB.connectionString).pathname, mail: typeof env.MAIL.send });
      } };`,
    bindings: [
      { type: 'ratelimit', name: 'LIMIT', namespace_id: '1', simple: { limit: 2, period: 60 } },
      { type: 'analytics_engine', name: 'EVENTS', dataset: 'events' },
      { type: 'worker_loader', name: 'LOADER' },
      { type: 'secrets_store_secret', name: 'SECRET', store_id: 's', secret_name: 'TOKEN' },
      { type: 'secrets_store_secret', name: 'GONE', store_id: 's', secret_name: 'GONE' },
      { type: 'hyperdrive', name: 'DB', id: 'h' },
      { type: 'send_email', name: 'MAIL' },
    ],
  });
  it('rate limits, analytics, mail, loaders, secrets and connection strings work', async () => {
    expect(await (await get('http://many.acme.workers.dev/')).json()).toEqual({
      limits: [true, true, false],
      loaded: 'loaded',
      secret: 't0k3n',
      missing: 'Secret "GONE" not found',
      database: '/local',
      mail: 'function',
    });
  });

  world.deploy(world.script('classic'), {
    format: 'service-worker',
    compatibilityDate: null,
    source: `addEventListener('fetch', (event) => event.respondWith(new Response(WHO + TEXT + BYTES.byteLength + (WASM instanceof WebAssembly.Module))));`,
    modules: {
      text: { contentType: 'text/plain', bytes: 'T' },
      bytes: { contentType: 'application/octet-stream', bytes: 'abc' },
      wasm: { contentType: 'application/wasm', bytes: Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) },
    },
    bindings: [
      { type: 'plain_text', name: 'WHO', text: 'me' },
      { type: 'text_blob', name: 'TEXT', part: 'text' },
      { type: 'data_blob', name: 'BYTES', part: 'bytes' },
      { type: 'wasm_module', name: 'WASM', part: 'wasm' },
    ],
  });
  it('a service worker has its bindings and uploaded parts as globals', async () => {
    expect(await text('http://classic.acme.workers.dev/')).toBe('meT3true');
  });

  world.deploy(world.script('modules'), {
    source: `import text from './a.txt'; import json from './c.json'; import data from './b.bin'; import { more } from './lib/more.js'; import wasm from './d.wasm';
      export default { fetch: () => Response.json([text, json.n, data.byteLength, more, wasm instanceof WebAssembly.Module]) };`,
    modules: {
      'a.txt': { contentType: 'text/plain', bytes: 'hello' },
      'b.bin': { contentType: 'application/octet-stream', bytes: 'abc' },
      'c.json': { contentType: 'application/json', bytes: '{"n":1}' },
      './d.wasm': {
        contentType: 'application/wasm',
        bytes: Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]),
      },
      'lib/more.js': { contentType: 'application/javascript+module', bytes: 'export const more = 2;' },
      'index.js.map': { contentType: 'application/source-map', bytes: '{}' },
    },
  });
  it('modules of every kind are loaded', async () => {
    expect(await (await get('http://modules.acme.workers.dev/')).json()).toEqual(['hello', 1, 3, 2, true]);
  });
});
