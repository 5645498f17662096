import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDeployer, type Deployer, type DeployResult } from '@cf-deploy/deployer';
import { createEmulator, type Emulator, LOCAL_TOKEN } from '@cf-deploy/emulator';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { toRequest } from './support/request.ts';

const EXAMPLES = fileURLToPath(new URL('../../../examples', import.meta.url));
const ACCOUNT = 'e8a3b1e5000000000000000000000001';
const TENANTS = [
  'durable-object',
  'hono',
  'itty-router',
  'queue-consumer',
  'spa',
  'static-site',
  'wasm',
  'workflow',
  'zod-validation',
];

describe('the examples, deployed on the embedded Cloudflare', () => {
  let emulator: Emulator;
  let deployer: Deployer;
  let recordsDir: string;
  let results: readonly DeployResult[];

  beforeAll(async () => {
    recordsDir = await mkdtemp(join(tmpdir(), 'cf-deploy-examples-'));
    emulator = await createEmulator({ accounts: [{ id: ACCOUNT, subdomain: 'examples' }], rateLimit: null });
    await emulator.admin.seed({ queues: [{ accountId: ACCOUNT, name: 'example-jobs' }] });
    deployer = createDeployer({
      root: EXAMPLES,
      recordsDir,
      fetch: async (input, init) => emulator.fetch(toRequest(input, init)),
      env: {},
      apiToken: LOCAL_TOKEN,
      sleep: async () => undefined,
    });
    // All at once: the runtime starts again for each Worker that is asked for the first time, but once for many of them.
    results = (await deployer.deployAll({ parallel: TENANTS.length })).results;
  }, 120_000);

  afterAll(async () => {
    await emulator.close();
    await rm(recordsDir, { recursive: true, force: true });
  });

  /** The answer, read to its end: the runtime waits for answers under way before it starts another Worker. */
  async function ask(example: string, path: string, init?: RequestInit): Promise<Response> {
    const response = await emulator.fetch(
      new Request(`https://example-${example}.examples.workers.dev${path}`, init),
    );
    return new Response(await response.arrayBuffer(), response);
  }

  it.each(TENANTS)('%s is deployed and healthy', (tenant) => {
    const result = results.find((candidate) => candidate.tenant === tenant);
    expect(result?.error).toBeNull();
    expect(result).toMatchObject({ status: 'deployed', endState: 'live', health: { verdict: 'healthy' } });
  });

  it('need nothing when deployed again', async () => {
    const again = await deployer.deployAll({ parallel: 2 });
    expect(again.results.map(({ tenant, status }) => `${tenant} ${status}`).toSorted()).toEqual(
      TENANTS.map((tenant) => `${tenant} unchanged`),
    );
  });

  it('hono routes', async () => {
    expect(await (await ask('hono', '/hello/you')).text()).toBe('Hello, you!');
    expect((await ask('hono', '/nowhere')).status).toBe(404);
  });

  it('itty-router routes', async () => {
    expect(await (await ask('itty-router', '/square/12')).json()).toEqual({ number: 12, square: 144 });
  });

  it('zod-validation tells what is wrong with an order', async () => {
    const good = {
      customer: 'a@example.com',
      items: [
        { sku: 'tea', quantity: 2 },
        { sku: 'cup', quantity: 1 },
      ],
    };
    const accepted = await ask('zod-validation', '/orders', { method: 'POST', body: JSON.stringify(good) });
    expect(accepted.status).toBe(201);
    expect(await accepted.json()).toEqual({ items: 3 });
    const refused = await ask('zod-validation', '/orders', {
      method: 'POST',
      body: JSON.stringify({ ...good, items: [{ sku: '' }] }),
    });
    expect(refused.status).toBe(400);
    const { problems } = (await refused.json()) as { problems: { path: string }[] };
    expect(problems.map(({ path }) => path)).toEqual(['items.0.sku', 'items.0.quantity']);
  });

  it('wasm computes', async () => {
    expect(await (await ask('wasm', '/gcd?a=48&b=36')).json()).toEqual({ a: 48, b: 36, gcd: 12 });
    expect(await (await ask('wasm', '/')).text()).toBe('Ask for /gcd?a=48&b=36\n');
  });

  it('durable-object keeps each book in its own database', async () => {
    for (const guest of ['Ada', 'Grace'])
      await (await ask('durable-object', '/books/red', { method: 'POST', body: guest })).json();
    expect(await (await ask('durable-object', '/books/red')).json()).toEqual({
      entries: [
        { id: 2, guest: 'Grace' },
        { id: 1, guest: 'Ada' },
      ],
    });
    expect(await (await ask('durable-object', '/books/blue')).json()).toEqual({ entries: [] });
  });

  it('workflow runs an order through its steps', async () => {
    const created = await ask('workflow', '/orders', {
      method: 'POST',
      body: JSON.stringify({ product: 'tea', quantity: 3 }),
    });
    expect(created.status).toBe(202);
    const { id } = (await created.json()) as { id: string };
    const state = await vi.waitFor(async () => {
      const answer = (await (await ask('workflow', `/orders/${id}`)).json()) as { status: string };
      expect(answer.status).toBe('complete');
      return answer;
    }, 10_000);
    expect(state).toEqual({ status: 'complete', output: { total: 21, text: '3 × tea: 21' } });
  });

  it('queue-consumer does the jobs of its queue', async () => {
    const sent = await ask('queue-consumer', '/jobs', {
      method: 'POST',
      body: JSON.stringify({ name: 'sweep' }),
    });
    expect(sent.status).toBe(202);
    await vi.waitFor(async () => {
      expect(await (await ask('queue-consumer', '/jobs')).json()).toEqual({ done: ['sweep'] });
    }, 15_000);
  });

  it('spa serves its files, its page for every other path, and its API', async () => {
    const script = await ask('spa', '/app.js');
    expect(await script.text()).toContain('/api/time');
    expect(script.headers.get('content-type')).toContain('javascript');
    expect(script.headers.get('cache-control')).toBe('public, max-age=600');
    const page = await ask('spa', '/some/deep/link', { headers: { 'sec-fetch-mode': 'navigate' } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<title>Example SPA</title>');
    expect(Object.keys((await (await ask('spa', '/api/time')).json()) as object)).toEqual(['now']);
  });

  it('static-site serves pages without their extension, redirects and a 404 page', async () => {
    expect(await (await ask('static-site', '/')).text()).toContain('It works');
    expect(await (await ask('static-site', '/about')).text()).toContain('About this site');
    const redirect = await ask('static-site', '/imprint', { redirect: 'manual' });
    expect(redirect.status).toBe(301);
    expect(redirect.headers.get('location')).toContain('/about');
    const missing = await ask('static-site', '/nowhere');
    expect(missing.status).toBe(404);
    expect(await missing.text()).toContain('There is no such page');
  });
});
