import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Emulator } from '../../src/index.ts';
import { ACCOUNT, HELLO, TOKEN, call, testEmulator, upload } from '../support/client.ts';
import type { Envelope } from '../support/client.ts';
import { differences, operationOf } from '../support/conformance.ts';

/** Endpoints the other round trips leave out: no typed method, or a seldom used one. */
describe('the remaining endpoints', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await testEmulator();
  });
  afterEach(() => emulator.close());

  /** Calls an endpoint of the test account, and holds a successful answer against the published schema. */
  async function api(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Envelope> {
    const full = path.startsWith('/user') ? path : `/accounts/${ACCOUNT}${path}`;
    const answer = await call(emulator, method, full, body, headers);
    expect(answer.errors ?? [], `${method} ${path}`).toEqual([]);
    const operation = operationOf(method, full.split('?')[0] ?? '');
    const { status: _status, headers: _headers, ...envelope } = answer;
    const isJson = answer.headers.get('content-type') === 'application/json';
    expect(operation === undefined || !isJson ? [] : differences(operation, envelope)).toEqual([]);
    return answer;
  }

  const deploy = (name: string, metadata: Record<string, unknown> = {}): Promise<Envelope> =>
    api('PUT', `/workers/scripts/${name}`, upload(metadata));

  it('of KV: bulk writes, reads and deletes, and metadata', async () => {
    const { result } = await api('POST', '/storage/kv/namespaces', { title: 'cache' });
    const base = `/storage/kv/namespaces/${String(result['id'])}`;
    await api('PUT', `${base}/bulk`, [
      { key: 'a', value: '1', metadata: { by: 'me' } },
      { key: 'b', value: btoa('2'), base64: true },
    ]);
    const read = await api('POST', `${base}/bulk/get`, { keys: ['a', 'b', 'c'] });
    expect(read.result['values']).toEqual({ a: '1', b: '2', c: null });
    expect((await api('GET', `${base}/metadata/a`)).result).toEqual({ by: 'me' });
    await api('POST', `${base}/bulk/delete`, ['a']);
    expect((await api('GET', `${base}/keys`)).result).toEqual([{ name: 'b' }]);
  });

  it('of D1, R2, Hyperdrive, queues and Vectorize: updates', async () => {
    const d1 = await api('POST', '/d1/database', { name: 'main' });
    const database = `/d1/database/${String(d1.result['uuid'])}`;
    await api('PUT', database, { read_replication: { mode: 'auto' } });
    await api('PATCH', database, { read_replication: { mode: 'disabled' } });
    expect((await api('POST', `${database}/raw`, { sql: 'select 1' })).result).toMatchObject([
      { results: { columns: ['sql'] } },
    ]);
    await api('POST', '/r2/buckets', { name: 'files' });
    await api('PATCH', '/r2/buckets/files', undefined, { 'cf-r2-storage-class': 'InfrequentAccess' });
    const origin = {
      scheme: 'postgres',
      host: 'db.example.com',
      port: 5432,
      database: 'd',
      user: 'u',
      password: 'hidden',
    };
    const config = await api('POST', '/hyperdrive/configs', { name: 'pg', origin });
    await api('PUT', `/hyperdrive/configs/${String(config.result['id'])}`, { name: 'pg2', origin });
    const queue = await api('POST', '/queues', { queue_name: 'jobs' });
    await api('PUT', `/queues/${String(queue.result['queue_id'])}`, { queue_name: 'jobs-2' });
    const consumers = `/queues/${String(queue.result['queue_id'])}/consumers`;
    const consumer = await api('POST', consumers, { type: 'http_pull', settings: { batch_size: 5 } });
    await api('GET', `${consumers}/${String(consumer.result['consumer_id'])}`);
    await api('POST', '/vectorize/v2/indexes', {
      name: 'docs',
      config: { preset: '@cf/baai/bge-base-en-v1.5' },
    });
    await api('POST', '/vectorize/v2/indexes/docs/metadata_index/delete', { propertyName: 'tenant' });
  });

  it('of the Secrets Store', async () => {
    await emulator.admin.seed({ secretsStores: [{ accountId: ACCOUNT, id: 'store', secrets: ['KEY'] }] });
    await api('GET', '/secrets_store/stores');
    await api('GET', '/secrets_store/stores/store');
    const secrets = await api('GET', '/secrets_store/stores/store/secrets');
    const [secret] = secrets.result as unknown as { id: string }[];
    await api('GET', `/secrets_store/stores/store/secrets/${secret?.id ?? ''}`);
  });

  it('of dispatch namespaces: trust, scripts by tag, content, settings, secrets, tags', async () => {
    await api('POST', '/workers/dispatch/namespaces', { name: 'tenants' });
    await api('PATCH', '/workers/dispatch/namespaces/tenants', { trusted_workers: true });
    await api('PUT', '/workers/dispatch/namespaces/tenants', { trusted_workers: false });
    const scripts = '/workers/dispatch/namespaces/tenants/scripts';
    const one = `${scripts}/one`;
    await api('PUT', one, upload({ tags: ['free'] }));
    await api('PUT', `${one}/tags`, ['free', 'eu']);
    await api('PUT', `${one}/tags/new`);
    await api('DELETE', `${one}/tags/free`);
    expect((await api('GET', `${one}/tags`)).result).toEqual(['eu', 'new']);
    await api('POST', `${one}/assets-upload-session`, { manifest: {} });
    await api('PATCH', `${one}/secrets-bulk`, {
      secrets: { KEY: { name: 'KEY', text: 'x', type: 'secret_text' } },
    });
    await api('GET', `${one}/secrets/KEY`);
    expect((await api('GET', `${one}/bindings`)).result).toEqual([{ name: 'KEY', type: 'secret_text' }]);
    await api('DELETE', `${one}/secrets/KEY`);
    const settings = new FormData();
    settings.set('settings', JSON.stringify({ tags: ['kept'] }));
    await api('PATCH', `${one}/settings`, settings);
    const content = new FormData();
    content.set('metadata', JSON.stringify({ main_module: 'index.js' }));
    content.set('index.js', new File([HELLO], 'index.js', { type: 'application/javascript+module' }));
    await api('PUT', `${one}/content`, content);
    expect((await api('GET', `${one}/content`)).result).toContain('hello');
    expect((await api('GET', `${scripts}?tags=kept:yes,free:no`)).result).toHaveLength(1);
    await api('DELETE', `${scripts}?tags=kept:yes`);
    expect((await api('GET', scripts)).result).toEqual([]);
    const missing = await call(
      emulator,
      'GET',
      `/accounts/${ACCOUNT}/workers/dispatch/namespaces/none/scripts/one/settings`,
    );
    expect(missing.errors).toMatchObject([{ code: 100119 }]);
  });

  it('of routes and custom domains as whole lists', async () => {
    await emulator.admin.seed({
      zones: [{ accountId: ACCOUNT, name: 'example.com' }],
      dnsRecords: [{ zone: 'example.com', hostname: 'old.example.com' }],
    });
    await deploy('site');
    await deploy('other');
    await api('PUT', '/workers/scripts/site/routes', [
      { pattern: 'example.com/a' },
      { pattern: 'example.com/b' },
    ]);
    await api('PUT', '/workers/scripts/site/routes', [
      { pattern: 'example.com/b', zone_name: 'example.com' },
    ]);
    expect((await api('GET', '/workers/services/site/environments/production/routes')).result).toMatchObject([
      { pattern: 'example.com/b' },
    ]);
    const taken = await call(emulator, 'PUT', `/accounts/${ACCOUNT}/workers/scripts/other/routes`, [
      { pattern: 'example.com/b' },
    ]);
    expect(taken.errors).toMatchObject([{ code: 10020 }]);
    const origins = [{ hostname: 'old.example.com' }];
    const changes = await api('POST', '/workers/scripts/site/domains/changeset?replace_state=true', origins);
    expect(changes.result).toMatchObject({ added: [{}], conflicting: [{ hostname: 'old.example.com' }] });
    const records = `/accounts/${ACCOUNT}/workers/scripts/site/domains/records`;
    expect((await call(emulator, 'PUT', records, { origins })).errors).toMatchObject([{ code: 100117 }]);
    await api('PUT', '/workers/scripts/site/domains/records', {
      override_existing_dns_record: true,
      origins,
    });
    const listed = await api('GET', '/workers/domains/records?service=site');
    const [domain] = listed.result as unknown as { id: string }[];
    await api('GET', `/workers/domains/records/${domain?.id ?? ''}`);
    const moved = await api('POST', '/workers/scripts/other/domains/changeset', origins);
    expect(moved.result['updated']).toMatchObject([{ service: 'site', modified: true }]);
  });

  it('of scripts: content, usage model, tails, services, beta edits, assets one by one', async () => {
    await deploy('site');
    const content = new FormData();
    content.set('metadata', JSON.stringify({ main_module: 'index.js' }));
    content.set('index.js', new File([HELLO], 'index.js', { type: 'application/javascript+module' }));
    await api('PUT', '/workers/scripts/site/content', content);
    await api('GET', '/workers/scripts/site/usage-model');
    await api('GET', '/workers/services/site');
    await api('GET', '/workers/services/site/environments/production');
    await api('GET', '/workers/services/site/environments/production/bindings');
    await api('PUT', '/workers/workers/site', { name: 'site', tags: ['t'] });
    await api('PATCH', '/workers/workers/site', { subdomain: { enabled: true }, tail_consumers: [] });
    const patched = await api('PATCH', '/workers/workers/site/versions/latest', {
      env: { A: { type: 'secret_text', text: 'x' } },
    });
    await api('DELETE', `/workers/workers/site/versions/${String(patched.result['id'])}`);
    const hash = 'b'.repeat(32);
    const session = await api('POST', '/workers/scripts/site/assets-upload-session', {
      manifest: { '/a.txt': { hash, size: 1 } },
    });
    const upload1 = await api('POST', `/workers/assets/upload/${hash}`, 'a', {
      authorization: `Bearer ${String(session.result['jwt'])}`,
      'content-type': 'text/plain',
    });
    expect(upload1.status).toBe(201);
    await api('DELETE', '/workers/services/site?force=true');
    await api('GET', '/workers/placement/regions');
    await api('GET', '/user');
  });

  it('of the account’s subdomain', async () => {
    await api('DELETE', '/workers/subdomain');
    const free = await call(emulator, 'GET', `/accounts/${ACCOUNT}/workers/subdomains/fresh`);
    expect(free.errors).toMatchObject([{ code: 10032 }]);
    await api('PUT', '/workers/subdomain', { subdomain: 'fresh' });
    const taken = await call(emulator, 'GET', `/accounts/${ACCOUNT}/workers/subdomains/fresh`);
    expect(taken.errors).toMatchObject([{ code: 10031 }]);
  });

  it('of account-owned tokens', async () => {
    await emulator.admin.seed({ tokens: [{ value: 'owned', kind: 'account', accounts: [ACCOUNT] }] });
    expect(TOKEN).not.toBe('owned');
    await api('GET', '/tokens/verify', undefined, { authorization: 'Bearer owned' });
  });
});
