import { CACHE_PLUGIN, KV_PLUGIN, Log, LogLevel, Miniflare } from './miniflare.ts';
import type { MiniflareOptions, Service } from 'miniflare';
import { expect, test, vi } from 'vitest';
import { quietOptions } from './quiet-options.ts';
import { shareEntries } from './share-entries.ts';

/** Two Workers, each with a value in a namespace of its own, and with something in the cache that both have. */
const workers: MiniflareOptions['workers'] = ['one', 'two', 'three'].map((name) => ({
  name,
  modules: true,
  script: `export default { async fetch(request, { KV, DB, BUCKET }) {
    const { pathname } = new URL(request.url);
    if (pathname === '/put') {
      await KV.put('key', '${name}');
      await BUCKET.put('key', '${name}');
      await DB.exec('CREATE TABLE t (v)');
      await DB.prepare('INSERT INTO t VALUES (?)').bind('${name}').run();
      if ('${name}' === 'two') await caches.default.put('http://x/cached', new Response('two', { headers: { 'cache-control': 'max-age=60' } }));
    }
    const cached = await caches.default.match('http://x/cached');
    return Response.json([await KV.get('key'), await (await BUCKET.get('key')).text(), await DB.prepare('SELECT v FROM t').first('v'), await cached?.text() ?? null]);
  } };`,
  compatibilityDate: '2026-01-01',
  kvNamespaces: { KV: `kv-${name}` },
  d1Databases: { DB: `db-${name}` },
  r2Buckets: { BUCKET: `bucket-${name}` },
}));

/** Runs the Workers; gives what they say and the names of the services they were started with. */
async function run(options: Partial<MiniflareOptions>): Promise<{ said: unknown[]; services: string[] }> {
  const cache = vi.spyOn(CACHE_PLUGIN, 'getServices');
  const kv = vi.spyOn(KV_PLUGIN, 'getServices');
  const miniflare = new Miniflare({ ...quietOptions(), ...options, workers } as MiniflareOptions);
  try {
    const said: unknown[] = [];
    for (const name of ['one', 'two', 'three']) {
      const worker = await miniflare.getWorker(name);
      await (await worker.fetch('http://x/put')).text();
      said.push(await (await worker.fetch('http://x/')).json());
    }
    const made: unknown[] = await Promise.all(
      [...cache.mock.results, ...kv.mock.results].map(({ value }) => value),
    );
    const services = made.flatMap((one) => (Array.isArray(one) ? (one as Service[]) : []));
    return {
      said,
      services: services.map(({ name = '' }) => name).filter((name) => /^(?:kv:ns|cache):/.test(name)),
    };
  } finally {
    cache.mockRestore();
    kv.mockRestore();
    await miniflare.dispose();
  }
}

test('Workers of a process share the ways to their data and never the data; others’ processes are as they were', async () => {
  shareEntries();
  const ours = await run({});
  const data = (name: string): string[] => [name, name, name];
  expect(ours.said).toEqual([
    [...data('one'), null],
    [...data('two'), 'two'],
    [...data('three'), 'two'],
  ]);
  expect(new Set(ours.services)).toEqual(
    new Set(['cache:0', 'cache:shared', 'cache:cache', 'cache:storage', 'kv:ns:']),
  );

  const theirs = await run({ log: new Log(LogLevel.NONE) });
  expect(theirs.said).toEqual(ours.said);
  expect(theirs.services).toEqual(
    expect.arrayContaining(['kv:ns:kv-one', 'kv:ns:kv-two', 'cache:1', 'cache:2']),
  );
});
