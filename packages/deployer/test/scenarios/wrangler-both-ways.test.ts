import { createDeployer, type Deployer } from '@cf-deploy/deployer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, TOKEN } from '../../../emulator/test/support/client.ts';
import { wranglerBench, type WranglerBench } from '../../../emulator/test/support/wrangler.ts';

/** A project that the real wrangler and this library deploy in turn. */
interface Project {
  readonly env?: string;
  readonly wrangler: Readonly<Record<string, unknown>>;
  readonly files: Readonly<Record<string, string>>;
  /** A command of wrangler that must show the version we deployed. */
  readonly shows: readonly string[];
  /** Its two builds differ in a comment, which only a look at the code itself tells. */
  readonly differsInComments?: true;
}

const KV = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
/** Newer versions of wrangler upload source maps unasked, as we do; this one has to be told. */
const COMMON = { main: 'src/index.ts', compatibility_date: '2026-04-01', upload_source_maps: true };

const PROJECTS: Readonly<Record<string, Project>> = {
  'an API in an environment, with bindings, Durable Objects, crons, a queue and settings': {
    env: 'staging',
    wrangler: {
      ...COMMON,
      name: 'api',
      compatibility_flags: ['nodejs_compat'],
      vars: { ONLY: 'top level' },
      migrations: [{ tag: 'v1', new_sqlite_classes: ['Room'] }],
      triggers: { crons: ['*/15 * * * *', '0 22-6 * * MON-FRI'] },
      observability: { enabled: true, head_sampling_rate: 0.5, logs: { invocation_logs: false } },
      placement: { mode: 'smart' },
      limits: { cpu_ms: 50 },
      logpush: true,
      env: {
        staging: {
          vars: { STAGE: 'live', RATES: { free: 1, paid: [2, null] }, LEVEL: 3 },
          kv_namespaces: [{ binding: 'CACHE', id: KV, preview_id: 'unused' }],
          r2_buckets: [{ binding: 'FILES', bucket_name: 'files' }],
          durable_objects: { bindings: [{ name: 'ROOM', class_name: 'Room' }] },
          queues: {
            producers: [{ binding: 'JOBS', queue: 'jobs' }],
            consumers: [{ queue: 'jobs', max_batch_timeout: 5, dead_letter_queue: 'dead' }],
          },
        },
      },
    },
    files: {
      'src/index.ts': `import { DurableObject } from 'cloudflare:workers';
        import { hash } from './hash';
        export class Room extends DurableObject {}
        export default { fetch: () => new Response(hash('a')), scheduled() {}, queue() {} };`,
      'src/hash.ts': `import { createHash } from 'node:crypto';
        export const hash = (text: string): string => createHash('md5').update(text).digest('hex');`,
    },
    shows: ['deployments', 'status'],
  },
  'a site with assets, routes and a custom domain': {
    wrangler: {
      ...COMMON,
      name: 'site',
      assets: { directory: 'public', binding: 'ASSETS', run_worker_first: ['/api/*'] },
      routes: ['example.com/shop/*', { pattern: 'shop.example.com', custom_domain: true }],
      preview_urls: false,
    },
    files: {
      'src/index.ts': 'export default { fetch: (request: Request, env: any) => env.ASSETS.fetch(request) };',
      'public/index.html': '<h1>one</h1>',
      'public/_headers': '/*\n  X-Frame-Options: DENY\n',
    },
    shows: ['versions', 'list'],
  },
  'service-worker syntax with a text and a binary file, which become bindings': {
    wrangler: {
      ...COMMON,
      name: 'classic',
      main: 'src/index.js',
    },
    files: {
      'src/index.js': `import text from './page.txt';
        import data from './bytes.bin';
        // Says what it is made of.
        const fetch = () => new Response(text + data.byteLength);
        addEventListener('fetch', (event) => event.respondWith(fetch()));`,
      'src/page.txt': 'a page',
      'src/bytes.bin': 'some bytes',
    },
    shows: ['versions', 'list'],
    differsInComments: true,
  },
};

describe('wrangler and this library deploy the same Worker in turn', { timeout: 60_000 }, () => {
  let bench: WranglerBench;
  let deployer: Deployer;

  beforeAll(async () => {
    bench = await wranglerBench();
    await bench.emulator.admin.seed({
      kvNamespaces: [{ accountId: ACCOUNT, id: KV }],
      r2Buckets: [{ accountId: ACCOUNT, name: 'files' }],
      queues: ['jobs', 'dead'].map((name) => ({ accountId: ACCOUNT, name })),
      zones: [{ accountId: ACCOUNT, name: 'example.com' }],
    });
    deployer = createDeployer({
      root: bench.root,
      apiToken: TOKEN,
      env: {},
      fetch: (input, init) => bench.emulator.fetch(new Request(input, init)),
    });
  });
  afterAll(() => bench.close());

  it.each(Object.entries(PROJECTS))('%s', async (_, project) => {
    const name = String(project.wrangler['name']);
    const folder = `tenants/${name}`;
    await bench.write(`${folder}/tenant.config.json`, { tenantId: name, accountId: ACCOUNT });
    await bench.write(`${folder}/wrangler.json`, project.wrangler);
    for (const [file, text] of Object.entries(project.files)) await bench.write(`${folder}/${file}`, text);
    const environment = project.env === undefined ? [] : ['--env', project.env];
    const target = { tenant: name, ...(project.env === undefined ? {} : { env: project.env }) };
    const wrangler = async (...args: readonly string[]): Promise<string> => {
      const { exit, output } = await bench.run([...args, '--cwd', folder, ...environment]);
      if (exit !== 0) throw new Error(output);
      return output;
    };
    const drift = async (): Promise<unknown> => {
      const { changes, unknown } = await deployer.drift(target);
      return { changes, unknown: unknown.map(({ section }) => section) };
    };
    const deepDrift = async (): Promise<readonly string[]> =>
      (await deployer.drift({ ...target, deep: true })).changes.map(({ path }) => path);
    // What wrangler's own upload does not tell is unknown, never a difference.
    const hasAssets = 'assets' in project.wrangler;
    const untold = hasAssets ? ['assets'] : [];
    // How the assets are served travels with the upload, and no answer gives it back.
    const unread = hasAssets ? ['assets', 'config'] : [];

    await wrangler('deploy');
    expect(await drift()).toEqual({ changes: [], unknown: ['code', ...unread] });
    expect(await deepDrift()).toEqual([]);

    const deployed = await deployer.deploy({ ...target, verify: false });
    expect(deployed.changes.map(({ path }) => path)).toEqual(['code', ...untold]);
    expect(await drift()).toEqual({ changes: [], unknown: [] });
    expect(await wrangler(...project.shows)).toContain(deployed.versionId);

    await wrangler('deploy');
    const { changes } = await deployer.drift(target);
    expect(changes.map(({ path }) => path)).toEqual(project.differsInComments === true ? ['code'] : []);
    expect(await drift()).toMatchObject({ unknown: unread });
    expect(await deepDrift()).toEqual([]);
  });
});
