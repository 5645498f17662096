import { fileURLToPath } from 'node:url';
import { createEmulator, LOCAL_TOKEN, type Emulator } from '@cf-deploy/emulator';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AssetsApi, AssetSession } from '../src/assets/assets-api.ts';
import { readAssets } from '../src/assets/manifest.ts';
import { uploadAssets } from '../src/assets/upload-assets.ts';
import { bundleNeeds } from '../src/bundle/bundle-needs.ts';
import { bundleWorker } from '../src/bundle/bundle-worker.ts';
import { assertBundle } from '../src/bundle/check-bundle.ts';
import { resolveWorkerOrThrow } from '../src/config/resolve-worker.ts';
import type { ResolvedWorker } from '../src/config/resolved-worker.ts';
import { loadTenants } from '../src/config/tenants.ts';
import { pendingMigrations } from '../src/deploy/migrations.ts';
import { buildUploadForm } from '../src/deploy/upload-form.ts';
import { buildUploadMetadata } from '../src/deploy/upload-metadata.ts';

const rootDir = fileURLToPath(new URL('../../../examples', import.meta.url));
const accountId = 'e8a3b1e5000000000000000000000001';

describe('the examples, deployed on the embedded Cloudflare', () => {
  let emulator: Emulator;

  beforeAll(async () => {
    emulator = await createEmulator({
      accounts: [{ id: accountId, subdomain: 'examples' }],
      rateLimit: null,
    });
    await emulator.admin.seed({ queues: [{ accountId, name: 'example-jobs', id: 'a'.repeat(32) }] });
    for (const tenant of await loadTenants(rootDir))
      await deploy(await resolveWorkerOrThrow({ rootDir, tenant }));
  }, 60_000);
  afterAll(() => emulator.close());

  async function call(path: string, init: RequestInit = {}, token = LOCAL_TOKEN): Promise<unknown> {
    const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` };
    const url = `https://api.cloudflare.com/client/v4/accounts/${accountId}${path}`;
    const response = await emulator.fetch(new Request(url, { ...init, headers }));
    const answer = (await response.json()) as { success: boolean; errors: unknown; result: unknown };
    if (!answer.success) throw new Error(`${path}: ${JSON.stringify(answer.errors)}`);
    return answer.result;
  }
  const json = (method: string, body: unknown): RequestInit => ({
    method,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });

  async function deploy(worker: ResolvedWorker): Promise<void> {
    const { build, assets, scriptName } = worker;
    const context = { ...worker, rootDir };
    const bundle = build === null ? null : await bundleWorker(build, context);
    if (bundle !== null) assertBundle(bundle, bundleNeeds(worker));
    const manifest = assets === null ? null : await readAssets(assets, { rootDir });
    const api: AssetsApi = {
      createSession: async (body) =>
        (await call(
          `/workers/scripts/${scriptName}/assets-upload-session`,
          json('POST', { manifest: body }),
        )) as AssetSession,
      uploadBucket: async (jwt, files) => {
        const form = new FormData();
        for (const { hash, content, contentType } of files) {
          form.set(
            hash,
            new File([Buffer.from(content).toString('base64')], hash, { type: contentType }),
            hash,
          );
        }
        return (await call('/workers/assets/upload?base64=true', { method: 'POST', body: form }, jwt)) as {
          jwt?: string;
        };
      },
    };
    const metadata = buildUploadMetadata(worker, {
      bundle,
      upload: 'script',
      migrations: pendingMigrations(worker.migrations, null),
      ...(manifest === null
        ? {}
        : {
            assets: { jwt: (await uploadAssets({ manifest, api })).completionToken, config: manifest.config },
          }),
    });
    await call(`/workers/scripts/${scriptName}`, { method: 'PUT', body: buildUploadForm(metadata, bundle) });
    await call(`/workers/scripts/${scriptName}/subdomain`, json('POST', { enabled: true }));
    for (const { name, className } of worker.triggers.workflows ?? []) {
      await call(`/workflows/${name}`, json('PUT', { script_name: scriptName, class_name: className }));
    }
    for (const consumer of worker.triggers.queueConsumers ?? []) {
      const body = { type: consumer.type, script_name: scriptName, settings: consumer.settings };
      await call(`/queues/${'a'.repeat(32)}/consumers`, json('POST', body));
    }
  }

  /** The answer, read to its end: the runtime waits for answers under way before it starts another Worker. */
  async function ask(example: string, path: string, init?: RequestInit): Promise<Response> {
    const response = await emulator.fetch(
      new Request(`https://example-${example}.examples.workers.dev${path}`, init),
    );
    return new Response(await response.arrayBuffer(), response);
  }

  it.each([
    'hono',
    'itty-router',
    'zod-validation',
    'wasm',
    'durable-object',
    'workflow',
    'queue-consumer',
    'spa',
  ])('%s is well and tells its version', async (example) => {
    const response = await ask(example, '/health');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status: 'ok',
      version: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string },
    });
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
