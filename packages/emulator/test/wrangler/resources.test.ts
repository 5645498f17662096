import { afterAll, beforeAll, expect } from 'vitest';
import { story } from '../support/story.ts';
import { ACCOUNT, call } from '../support/client.ts';
import { wranglerBench } from '../support/wrangler.ts';
import type { WranglerBench } from '../support/wrangler.ts';

/** Resources made by the real wrangler, then a Worker that binds all of them and runs in workerd. */
story('wrangler makes resources and binds them', 600_000, (step) => {
  let bench: WranglerBench;
  let kv = '';
  const created = (output: string, field: string): string =>
    new RegExp(`"${field}": "([^"]+)"`).exec(output)?.[1] ?? '';

  beforeAll(async () => {
    const { createRuntime } = await import('../../src/runtime/runtime.ts');
    bench = await wranglerBench({ runtime: createRuntime });
    await bench.emulator.admin.seed({ zones: [{ accountId: ACCOUNT, name: 'example.com' }] });
    await bench.write('wrangler.json', { name: 'full', compatibility_date: '2026-01-01' });
  });
  afterAll(() => bench.close());

  step('makes a KV namespace and reads back a key whose name has a slash', async () => {
    kv = created((await bench.run(['kv', 'namespace', 'create', 'CACHE'])).output, 'id');
    expect(kv).toMatch(/^[0-9a-f]{32}$/);
    expect((await bench.run(['kv', 'key', 'put', 'a/b', 'v1', '--namespace-id', kv, '--remote'])).exit).toBe(
      0,
    );
    expect((await bench.run(['kv', 'key', 'get', 'a/b', '--namespace-id', kv, '--remote'])).output).toContain(
      'v1',
    );
    const taken = await bench.run(['kv', 'namespace', 'create', 'CACHE']);
    expect(taken.output).toContain('already exists');
  });

  step('makes a D1 database and runs SQL on it', async () => {
    expect((await bench.run(['d1', 'create', 'main'])).exit).toBe(0);
    const run = await bench.run([
      'd1',
      'execute',
      'main',
      '--remote',
      '-y',
      '--command',
      'select 40 + 2 as answer',
      '--json',
    ]);
    expect(run.output).toMatch(/"answer": 42/);
    expect((await bench.run(['d1', 'create', 'main'])).output).toContain('already exists');
  });

  step('makes a queue, a bucket, a Vectorize index and a dispatch namespace', async () => {
    for (const args of [
      ['queues', 'create', 'jobs'],
      ['r2', 'bucket', 'create', 'files'],
      ['vectorize', 'create', 'vectors', '--dimensions', '32', '--metric', 'cosine'],
      ['dispatch-namespace', 'create', 'tenants'],
    ]) {
      const run = await bench.run(args);
      expect(run.output).not.toContain('ERROR');
      expect(run.exit).toBe(0);
    }
  });

  step('keeps an R2 object, vectors and a secret of a store', async () => {
    await bench.write('object.txt', 'in a bucket');
    await bench.write(
      'vectors.ndjson',
      JSON.stringify({ id: 'v1', values: Array.from({ length: 32 }, () => 1) }),
    );
    for (const [args, said] of [
      [['r2', 'object', 'put', 'files/a/b.txt', '--file', 'object.txt', '--remote'], /Upload complete/],
      [['r2', 'object', 'get', 'files/a/b.txt', '--pipe', '--remote'], /in a bucket/],
      [['r2', 'object', 'delete', 'files/a/b.txt', '--remote'], /Delete complete/],
      [['r2', 'bucket', 'dev-url', 'get', 'files'], /disabled/],
      [['vectorize', 'insert', 'vectors', '--file', 'vectors.ndjson'], /1 vectors/],
      [['vectorize', 'list-vectors', 'vectors'], /v1/],
      [['vectorize', 'get-vectors', 'vectors', '--ids', 'v1'], /"id": "v1"/],
      [['secrets-store', 'store', 'create', 'main', '--remote'], /Created store/],
    ] as const) {
      const run = await bench.run([...args]);
      expect(run.output).toMatch(said);
      expect(run.exit).toBe(0);
    }
    const refused = await bench.run(['d1', 'export', 'main', '--remote', '--output', 'dump.sql']);
    expect(refused.output).toContain('Read the tables with queries instead');
  });

  step(
    'deploys a Worker with assets, a Durable Object, crons, a route, a domain and a queue consumer',
    async () => {
      await bench.write('public/page.html', '<h1>page</h1>');
      await bench.write(
        'src/index.js',
        `import { DurableObject } from 'cloudflare:workers';
export class Room extends DurableObject { async hi() { return 'room'; } }
export default {
  async fetch(request, env) {
    await env.CACHE.put('seen', 'yes');
    return Response.json({ kv: await env.CACHE.get('a/b'), room: await env.ROOM.get(env.ROOM.idFromName('x')).hi() });
  },
  async queue() {},
  async scheduled() {},
};`,
      );
      await bench.write('wrangler.json', {
        name: 'full',
        main: 'src/index.js',
        compatibility_date: '2026-01-01',
        workers_dev: true,
        kv_namespaces: [{ binding: 'CACHE', id: kv }],
        r2_buckets: [{ binding: 'FILES', bucket_name: 'files' }],
        vectorize: [{ binding: 'VECTORS', index_name: 'vectors' }],
        queues: {
          producers: [{ binding: 'JOBS', queue: 'jobs' }],
          consumers: [{ queue: 'jobs', max_batch_size: 10 }],
        },
        durable_objects: { bindings: [{ name: 'ROOM', class_name: 'Room' }] },
        migrations: [{ tag: 'v1', new_sqlite_classes: ['Room'] }],
        assets: { directory: 'public', binding: 'ASSETS' },
        triggers: { crons: ['*/5 * * * *'] },
        routes: ['shop.example.com/*', { pattern: 'api.example.com', custom_domain: true }],
      });
      const run = await bench.run(['deploy']);
      expect(run.output).not.toContain('ERROR');
      expect(run.exit).toBe(0);
      const script = bench.emulator.admin.scripts(ACCOUNT)[0];
      expect(script).toMatchObject({
        migrationTag: 'v1',
        schedules: [{ cron: '*/5 * * * *' }],
        durableObjectNamespaces: [{ className: 'Room', sqlite: true }],
      });
      const domains = await call(bench.emulator, 'GET', '/accounts/:account/workers/domains');
      expect(domains.result).toMatchObject([{ hostname: 'api.example.com', service: 'full' }]);
      const queues = await call(bench.emulator, 'GET', '/accounts/:account/queues');
      expect(queues.result).toMatchObject([
        { consumers: [{ script: 'full', settings: { batch_size: 10 } }] },
      ]);
    },
  );

  step(
    'reaches the deployed Worker by its workers.dev name, its route, its domain, and its assets',
    async () => {
      for (const host of ['full.test.workers.dev', 'shop.example.com', 'api.example.com']) {
        const answer = await bench.emulator.fetch(new Request(`http://${host}/`));
        expect(await answer.json()).toEqual({ kv: 'v1', room: 'room' });
      }
      const page = await bench.emulator.fetch(new Request('http://full.test.workers.dev/page'));
      expect(await page.text()).toBe('<h1>page</h1>');
    },
  );

  step('deploys again without a migration, and its triggers alone', async () => {
    const again = await bench.run(['deploy']);
    expect(again.exit).toBe(0);
    expect(again.output).toContain('No updated asset files to upload');
    const triggers = await bench.run(['triggers', 'deploy']);
    expect(triggers.exit).toBe(0);
  });

  step('refuses a binding to a resource that is gone', async () => {
    await bench.emulator.admin
      .editAs({ email: 'ops@example.com' })
      .deleteResource(ACCOUNT, 'vectorize', 'vectors');
    const run = await bench.run(['deploy']);
    expect(run.exit).toBe(1);
    expect(run.output).toContain('10159');
  });

  step('deploys into a dispatch namespace', async () => {
    await bench.write('plain/index.js', 'export default { async fetch() { return new Response("user"); } };');
    await bench.write('plain/wrangler.json', {
      name: 'user-1',
      main: 'index.js',
      compatibility_date: '2026-01-01',
    });
    const run = await bench.run([
      'deploy',
      '--config',
      'plain/wrangler.json',
      '--dispatch-namespace',
      'tenants',
    ]);
    expect(run.output).toContain('Dispatch Namespace: tenants');
    expect(run.exit).toBe(0);
  });

  step('does not delete a Worker that consumes a queue until the consumer is removed', async () => {
    expect((await bench.run(['delete', '--force'])).exit).toBe(1);
    expect((await bench.run(['queues', 'consumer', 'remove', 'jobs', 'full'])).exit).toBe(0);
    expect((await bench.run(['delete', '--force'])).exit).toBe(0);
  });
});
