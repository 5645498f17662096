import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Emulator } from '../../src/index.ts';
import { ACCOUNT, testEmulator, upload } from '../support/client.ts';
import { assertConforms, checkedSdk } from '../support/sdk.ts';
import type { CheckedSdk } from '../support/sdk.ts';

const account = { account_id: ACCOUNT };

describe('the official SDK on bound resources', () => {
  let emulator: Emulator;
  let sdk: CheckedSdk;
  beforeEach(async () => {
    emulator = await testEmulator();
    sdk = checkedSdk(emulator);
  });
  afterEach(async () => {
    await emulator.close();
    assertConforms(sdk);
  });

  it('manages KV namespaces, keys and values', async () => {
    const { namespaces } = sdk.client.kv;
    const { id } = await namespaces.create({ ...account, title: 'cache' });
    await expect(namespaces.create({ ...account, title: 'cache' })).rejects.toMatchObject({
      errors: [{ code: 10014 }],
    });
    await namespaces.update(id, { ...account, title: 'renamed' });
    expect((await namespaces.get(id, account)).title).toBe('renamed');
    expect((await namespaces.list(account)).result).toHaveLength(1);
    await sdk.client.put(`/accounts/${ACCOUNT}/storage/kv/namespaces/${id}/values/a%2Fb`, {
      body: Buffer.from('value'),
      headers: { 'content-type': 'application/octet-stream' },
    });
    const value = await namespaces.values.get('a/b', { ...account, namespace_id: id });
    expect(await value.text()).toBe('value');
    const keys = await namespaces.keys.list(id, account);
    expect(keys.result).toMatchObject([{ name: 'a/b' }]);
    await namespaces.values.delete('a/b', { ...account, namespace_id: id });
    await namespaces.delete(id, account);
    await expect(namespaces.get(id, account)).rejects.toMatchObject({ errors: [{ code: 10013 }] });
  });

  it('manages D1 databases', async () => {
    const { database } = sdk.client.d1;
    const { uuid = '' } = await database.create({ ...account, name: 'main' });
    expect((await database.get(uuid, account)).name).toBe('main');
    expect((await database.list({ ...account, name: 'main' })).result).toHaveLength(1);
    const page = await database.query(uuid, { ...account, sql: 'select 1' });
    expect(page.result[0]?.success).toBe(true);
    await database.delete(uuid, account);
    await expect(database.get(uuid, account)).rejects.toMatchObject({
      status: 404,
      errors: [{ code: 7404 }],
    });
  });

  it('manages R2 buckets', async () => {
    const { buckets } = sdk.client.r2;
    await buckets.create({ ...account, name: 'files' });
    await expect(buckets.create({ ...account, name: 'files' })).rejects.toMatchObject({
      errors: [{ code: 10004 }],
    });
    expect((await buckets.get('files', account)).name).toBe('files');
    expect((await buckets.list(account)).buckets).toHaveLength(1);
    await buckets.delete('files', account);
    await expect(buckets.get('files', account)).rejects.toMatchObject({ errors: [{ code: 10006 }] });
  });

  it('manages queues and their consumers', async () => {
    await sdk.client.put(`/accounts/${ACCOUNT}/workers/scripts/worker`, {
      body: upload({}, 'export default { async fetch() {}, async queue() {} };'),
    });
    const { queues } = sdk.client;
    const { queue_id = '' } = await queues.create({ ...account, queue_name: 'jobs' });
    await expect(queues.create({ ...account, queue_name: 'jobs' })).rejects.toMatchObject({ status: 409 });
    const consumer = await queues.consumers.create(queue_id, {
      ...account,
      type: 'worker',
      script_name: 'worker',
    });
    await expect(queues.consumers.create(queue_id, { ...account, type: 'http_pull' })).rejects.toMatchObject({
      errors: [{ code: 11004 }],
    });
    const id = (consumer as { consumer_id: string }).consumer_id;
    await queues.consumers.update(id, {
      ...account,
      queue_id,
      type: 'worker',
      script_name: 'worker',
      settings: { batch_size: 5 },
    });
    expect((await queues.consumers.list(queue_id, account)).result).toMatchObject([
      { settings: { batch_size: 5 } },
    ]);
    expect((await queues.get(queue_id, account)).consumers_total_count).toBe(1);
    expect((await queues.list(account)).result).toHaveLength(1);
    await queues.consumers.delete(id, { ...account, queue_id });
    await queues.edit(queue_id, { ...account, settings: { delivery_delay: 5 } });
    await queues.delete(queue_id, account);
    await expect(queues.get(queue_id, account)).rejects.toMatchObject({ errors: [{ code: 11000 }] });
  });

  it('manages Vectorize indexes and their metadata indexes', async () => {
    const { indexes } = sdk.client.vectorize;
    await indexes.create({ ...account, name: 'docs', config: { dimensions: 32, metric: 'cosine' } });
    await indexes.metadataIndex.create('docs', { ...account, propertyName: 'tenant', indexType: 'string' });
    expect((await indexes.metadataIndex.list('docs', account))?.metadataIndexes).toHaveLength(1);
    expect((await indexes.info('docs', account))?.dimensions).toBe(32);
    expect((await indexes.list(account)).result).toHaveLength(1);
    expect((await indexes.get('docs', account))?.config).toMatchObject({ metric: 'cosine' });
    await indexes.delete('docs', account);
    await expect(indexes.get('docs', account)).rejects.toMatchObject({ errors: [{ code: 3000 }] });
  });

  it('manages Hyperdrive configs without ever reading a password', async () => {
    const { configs } = sdk.client.hyperdrive;
    const origin = {
      scheme: 'postgres' as const,
      host: 'db.example.com',
      port: 5432,
      database: 'd',
      user: 'u',
      password: 'hidden',
    };
    const { id } = await configs.create({ ...account, name: 'pg', origin });
    const read = await configs.get(id, account);
    expect(JSON.stringify(read)).not.toContain('hidden');
    expect((await configs.list(account)).result).toHaveLength(1);
    await configs.edit(id, { ...account, caching: { disabled: true } });
    await configs.delete(id, account);
    await expect(configs.get(id, account)).rejects.toMatchObject({ errors: [{ code: 2006 }] });
  });

  it('manages dispatch namespaces and the scripts in them', async () => {
    const { namespaces } = sdk.client.workersForPlatforms.dispatch;
    await namespaces.create({ ...account, name: 'tenants' });
    await sdk.client.put(`/accounts/${ACCOUNT}/workers/dispatch/namespaces/tenants/scripts/one`, {
      body: upload({ tags: ['free'] }),
    });
    const at = { ...account, dispatch_namespace: 'tenants' };
    expect(await namespaces.scripts.get('one', at)).toMatchObject({
      dispatch_namespace: 'tenants',
      script: { id: 'one' },
    });
    expect((await namespaces.scripts.settings.get('one', at)).tags).toEqual(['free']);
    await namespaces.scripts.secrets.update('one', { ...at, name: 'KEY', text: 'x', type: 'secret_text' });
    expect((await namespaces.scripts.secrets.list('one', at)).result).toEqual([
      { name: 'KEY', type: 'secret_text' },
    ]);
    expect((await namespaces.get('tenants', account)).script_count).toBe(1);
    expect((await namespaces.list(account)).result).toHaveLength(1);
    await namespaces.scripts.delete('one', at);
    await expect(namespaces.scripts.get('one', at)).rejects.toMatchObject({ errors: [{ code: 10092 }] });
    await namespaces.delete('tenants', account);
    await expect(namespaces.get('tenants', account)).rejects.toMatchObject({ errors: [{ code: 100119 }] });
  });

  it('manages workflows, and reads Durable Object namespaces, accounts, memberships and tokens', async () => {
    await sdk.client.put(`/accounts/${ACCOUNT}/workers/scripts/flows`, {
      body: upload(
        { migrations: { new_tag: 'v1', new_sqlite_classes: ['Room'] } },
        'export class Flow {} export class Room {} export default { async fetch() {} };',
      ),
    });
    await sdk.client.workflows.update('import', { ...account, script_name: 'flows', class_name: 'Flow' });
    expect((await sdk.client.workflows.get('import', account)).class_name).toBe('Flow');
    expect((await sdk.client.workflows.list(account)).result).toHaveLength(1);
    await sdk.client.workflows.delete('import', account);
    const put = (jurisdiction?: string) =>
      sdk.client.put(`/accounts/${ACCOUNT}/workflows/import`, {
        body: { script_name: 'flows', class_name: 'Flow', jurisdiction },
      });
    await put('eu');
    await put();
    expect(await sdk.client.workflows.get('import', account)).toMatchObject({ jurisdiction: 'eu' });
    await expect(put('us')).rejects.toMatchObject({ errors: [{ code: 10209 }] });
    const objects = await sdk.client.durableObjects.namespaces.list(account);
    expect(objects.result).toMatchObject([{ class: 'Room', script: 'flows', use_sqlite: true }]);
    expect((await sdk.client.accounts.list()).result).toMatchObject([{ id: ACCOUNT }]);
    expect((await sdk.client.accounts.get(account)).name).toBe('Test');
    expect((await sdk.client.memberships.list()).result).toHaveLength(1);
    expect((await sdk.client.user.tokens.verify()).status).toBe('active');
    await expect(sdk.client.accounts.tokens.verify(account)).rejects.toMatchObject({
      errors: [{ code: 1000 }],
    });
    expect(await sdk.client.workers.accountSettings.get(account)).toMatchObject({
      default_usage_model: 'standard',
    });
    await sdk.client.workers.accountSettings.update({ ...account, green_compute: true } as never);
  });

  it('uploads assets in a session and binds them', async () => {
    const hash = 'a'.repeat(32);
    const session = await sdk.client.workers.scripts.assets.upload.create('site', {
      ...account,
      manifest: { '/index.html': { hash, size: 5 } },
    });
    expect(session.buckets).toEqual([[hash]]);
    const uploaded = await sdk.client.workers.assets.upload.create(
      {
        ...account,
        base64: true,
        body: { [hash]: new File([btoa('hello')], hash, { type: 'text/html' }) } as never,
      },
      { headers: { Authorization: `Bearer ${session.jwt ?? ''}` } },
    );
    const form = new FormData();
    form.set(
      'metadata',
      JSON.stringify({ assets: { jwt: uploaded?.jwt, config: {} }, compatibility_date: '2026-01-01' }),
    );
    await sdk.client.put(`/accounts/${ACCOUNT}/workers/scripts/site`, { body: form });
    expect((await sdk.client.workers.scripts.list(account)).result).toMatchObject([
      { id: 'site', has_assets: true },
    ]);
  });
});
