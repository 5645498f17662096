import { describe, expect, it } from 'vitest';
import { ACCOUNT, TOKEN, call, codes, testEmulator, upload } from '../../../test/support/client.ts';

const ACCOUNT_PATH = '/accounts/:account';

describe('objects of R2 buckets', () => {
  const objects = `${ACCOUNT_PATH}/r2/buckets/files/objects`;

  it('are put, got, listed and deleted, with slashes in their keys', async () => {
    const emulator = await testEmulator();
    await emulator.admin.seed({ r2Buckets: [{ accountId: ACCOUNT, name: 'files' }] });
    const put = await call(emulator, 'PUT', `${objects}/a/b.txt`, 'hello', { 'content-type': 'text/plain' });
    expect(put.result).toMatchObject({ key: 'a/b.txt', size: 5 });
    const got = await emulator.fetch(
      new Request(`https://api.cloudflare.com/client/v4${objects.replace(':account', ACCOUNT)}/a/b.txt`, {
        headers: { authorization: `Bearer ${TOKEN}` },
      }),
    );
    expect([got.headers.get('content-type'), await got.text()]).toEqual(['text/plain', 'hello']);
    const listed = await call(emulator, 'GET', `${objects}?prefix=a/`);
    expect(listed.result).toMatchObject([{ key: 'a/b.txt', size: 5 }]);
    const bucket = await call(emulator, 'DELETE', `${ACCOUNT_PATH}/r2/buckets/files`);
    expect(codes(bucket)).toEqual([10008]);
    await call(emulator, 'DELETE', `${objects}/a/b.txt`);
    const gone = await call(emulator, 'GET', `${objects}/a/b.txt`);
    expect([gone.status, codes(gone)]).toEqual([404, [10007]]);
    await emulator.close();
  });

  it('of a bucket that is absent are refused', async () => {
    const emulator = await testEmulator();
    expect(codes(await call(emulator, 'PUT', `${objects}/a`, 'x'))).toEqual([10006]);
    expect(codes(await call(emulator, 'GET', objects))).toEqual([10006]);
    await emulator.close();
  });
});

it('an R2 bucket has one r2.dev address, which is switched on and off', async () => {
  const emulator = await testEmulator();
  const path = `${ACCOUNT_PATH}/r2/buckets/files/domains/managed`;
  expect(codes(await call(emulator, 'GET', path))).toEqual([10006]);
  await emulator.admin.seed({ r2Buckets: [{ accountId: ACCOUNT, name: 'files' }] });
  const before = await call(emulator, 'GET', path);
  expect(before.result).toMatchObject({ enabled: false });
  expect((await call(emulator, 'PUT', path, { enabled: true })).result).toEqual({
    ...before.result,
    enabled: true,
  });
  expect((await call(emulator, 'GET', path)).result).toMatchObject({ enabled: true });
  expect(codes(await call(emulator, 'PUT', path, { enabled: 'yes' }))).toEqual([10040]);
  await emulator.close();
});

describe('vectors of an index', () => {
  const index = `${ACCOUNT_PATH}/vectorize/v2/indexes/docs`;
  const lines = ['a', 'b', 'c'].map((id, at) => JSON.stringify({ id, values: [at, 1] })).join('\n');

  it('are inserted by line, found, listed by pages and deleted', async () => {
    const emulator = await testEmulator();
    await emulator.admin.seed({ vectorizeIndexes: [{ accountId: ACCOUNT, name: 'docs', dimensions: 2 }] });
    expect((await call(emulator, 'POST', `${index}/insert`, lines)).result).toHaveProperty('mutationId');
    const form = new FormData();
    form.set('vectors', new File([JSON.stringify({ id: 'd', values: [9, 1] })], 'vectors.ndjson'));
    await call(emulator, 'POST', `${index}/upsert`, form);
    expect((await call(emulator, 'GET', `${index}/info`)).result).toMatchObject({ vectorCount: 4 });
    const near = await call(emulator, 'POST', `${index}/query`, { vector: [0, 1], topK: 1 });
    expect(near.result).toMatchObject({ count: 1, matches: [{ id: 'a' }] });
    const byId = await call(emulator, 'POST', `${index}/query`, { vectorId: 'b', topK: 1 });
    expect(byId.result).toMatchObject({ matches: [{ id: 'b' }] });
    const first = await call(emulator, 'GET', `${index}/list?count=3`);
    expect(first.result).toMatchObject({ count: 3, totalCount: 4, isTruncated: true, nextCursor: 'c' });
    const second = await call(emulator, 'GET', `${index}/list?count=3&cursor=c`);
    expect(second.result).toMatchObject({ vectors: [{ id: 'd' }], isTruncated: false, nextCursor: null });
    await call(emulator, 'POST', `${index}/delete_by_ids`, { ids: ['a'] });
    const got = await call(emulator, 'POST', `${index}/get_by_ids`, { ids: ['a', 'b'] });
    expect(got.result).toMatchObject([{ id: 'b', values: [1, 1] }]);
    await emulator.close();
  });

  it('of a wrong form, or of an index that is absent, are refused', async () => {
    const emulator = await testEmulator();
    expect(codes(await call(emulator, 'POST', `${index}/insert`, lines))).toEqual([3000]);
    await emulator.admin.seed({ vectorizeIndexes: [{ accountId: ACCOUNT, name: 'docs', dimensions: 2 }] });
    const refused = async (path: string, body: unknown): Promise<number[]> =>
      codes(await call(emulator, 'POST', `${index}/${path}`, body));
    expect(await refused('insert', '{"id":1}')).toEqual([1002]);
    expect(await refused('insert', 'no json')).toEqual([1002]);
    expect(await refused('query', { topK: 1 })).toEqual([1002]);
    expect(await refused('query', { vectorId: 'none' })).toEqual([1002]);
    expect(await refused('get_by_ids', { ids: 'a' })).toEqual([1002]);
    await emulator.close();
  });
});

describe('a Secrets Store', () => {
  const stores = `${ACCOUNT_PATH}/secrets_store/stores`;

  it('is made, filled, changed and deleted, and answers no value', async () => {
    const emulator = await testEmulator();
    const { id } = (await call(emulator, 'POST', stores, { name: 'main' })).result;
    const secrets = `${stores}/${String(id)}/secrets`;
    const body = [{ name: 'KEY', value: 'hidden', scopes: ['workers'], comment: 'c' }];
    const created = await call(emulator, 'POST', secrets, body);
    expect(created.result).toMatchObject([{ name: 'KEY', store_id: id, scopes: ['workers'], comment: 'c' }]);
    const secret = `${secrets}/${String((created.result[0] as { id: string }).id)}`;
    expect((await call(emulator, 'PATCH', secret, { value: 'new', comment: 'd' })).result).toMatchObject({
      name: 'KEY',
      comment: 'd',
    });
    await call(emulator, 'POST', `${secret}/duplicate`, { name: 'COPY', scopes: ['workers'], comment: '' });
    const listed = await call(emulator, 'GET', `${secrets}?search=COPY`);
    expect(listed.result).toMatchObject([{ name: 'COPY' }]);
    expect(JSON.stringify([created, listed])).not.toContain('hidden');
    const bindings = [{ type: 'secrets_store_secret', name: 'S', store_id: id, secret_name: 'COPY' }];
    const put = await call(emulator, 'PUT', `${ACCOUNT_PATH}/workers/scripts/x`, upload({ bindings }));
    expect(codes(put)).toEqual([]);
    await call(emulator, 'DELETE', secret);
    expect(codes(await call(emulator, 'GET', secret))).toEqual([1001]);
    await call(emulator, 'DELETE', `${stores}/${String(id)}`);
    expect((await call(emulator, 'GET', stores)).result).toEqual([]);
    await emulator.close();
  });

  it('refuses a name twice, a secret without value and a body that is no list', async () => {
    const emulator = await testEmulator();
    const { id } = (await call(emulator, 'POST', stores, { name: 'main' })).result;
    const secrets = `${stores}/${String(id)}/secrets`;
    expect(codes(await call(emulator, 'POST', stores, { name: 'main' }))).toEqual([1002]);
    await call(emulator, 'POST', secrets, [{ name: 'A', value: 'x' }]);
    expect(codes(await call(emulator, 'POST', secrets, [{ name: 'A', value: 'x' }]))).toEqual([1002]);
    expect(codes(await call(emulator, 'POST', secrets, [{ name: 'B' }]))).toEqual([1002]);
    expect(codes(await call(emulator, 'POST', secrets, { name: 'B', value: 'x' }))).toEqual([1002]);
    await emulator.close();
  });
});

it('D1 remembers read replication and jurisdiction', async () => {
  const emulator = await testEmulator();
  const body = { name: 'main', jurisdiction: 'eu', read_replication: { mode: 'auto' } };
  const created = await call(emulator, 'POST', `${ACCOUNT_PATH}/d1/database`, body);
  expect(created.result).toMatchObject({ jurisdiction: 'eu', read_replication: { mode: 'auto' } });
  const path = `${ACCOUNT_PATH}/d1/database/${String(created.result['uuid'])}`;
  await call(emulator, 'PUT', path, { read_replication: { mode: 'disabled' } });
  expect((await call(emulator, 'GET', path)).result).toMatchObject({
    read_replication: { mode: 'disabled' },
  });
  await call(emulator, 'PATCH', path, {});
  expect((await call(emulator, 'GET', path)).result).toMatchObject({
    read_replication: { mode: 'disabled' },
  });
  expect(codes(await call(emulator, 'PATCH', path, { read_replication: { mode: 'x' } }))).toEqual([7400]);
  const listed = await call(emulator, 'GET', `${ACCOUNT_PATH}/d1/database`);
  expect(listed.result).toMatchObject([{ name: 'main', jurisdiction: 'eu' }]);
  await emulator.close();
});

it('KV remembers the jurisdiction of a namespace, also when it is renamed', async () => {
  const emulator = await testEmulator();
  const namespaces = `${ACCOUNT_PATH}/storage/kv/namespaces`;
  const created = await call(emulator, 'POST', namespaces, { title: 'a', jurisdiction: 'us' });
  const path = `${namespaces}/${String(created.result['id'])}`;
  await call(emulator, 'PUT', path, { title: 'b' });
  expect((await call(emulator, 'GET', path)).result).toMatchObject({ title: 'b', jurisdiction: 'us' });
  expect(codes(await call(emulator, 'POST', namespaces, { title: 'c', jurisdiction: 'x' }))).toEqual([10012]);
  await emulator.close();
});

it('Hyperdrive takes `dev` without giving it back, and remembers mTLS and the connection limit', async () => {
  const emulator = await testEmulator();
  const origin = { scheme: 'postgres', host: 'db', port: 5432, database: 'd', user: 'u', password: 'hidden' };
  const body = {
    name: 'db',
    origin,
    mtls: { sslmode: 'require' },
    origin_connection_limit: 20,
    dev: { origin },
  };
  const configs = `${ACCOUNT_PATH}/hyperdrive/configs`;
  const created = await call(emulator, 'POST', configs, body);
  expect(created.result).toMatchObject({ mtls: { sslmode: 'require' }, origin_connection_limit: 20 });
  expect(JSON.stringify(created.result)).not.toMatch(/hidden|dev/);
  const path = `${configs}/${String(created.result['id'])}`;
  await call(emulator, 'PATCH', path, { name: 'other' });
  expect((await call(emulator, 'GET', path)).result).toMatchObject({
    name: 'other',
    mtls: { sslmode: 'require' },
    origin_connection_limit: 20,
  });
  await call(emulator, 'PUT', path, { name: 'other', origin });
  expect((await call(emulator, 'GET', path)).result).not.toHaveProperty('mtls');
  await emulator.close();
});

it('a Worker lists the queues it consumes, by pages', async () => {
  const emulator = await testEmulator();
  const source = 'export default { async queue() {} };';
  const script = `${ACCOUNT_PATH}/workers/scripts/x`;
  const consumers = `${script}/queue-consumers`;
  expect(codes(await call(emulator, 'GET', consumers))).toEqual([10007]);
  await call(emulator, 'PUT', script, upload({}, source));
  expect((await call(emulator, 'GET', consumers)).result).toEqual([]);
  for (const name of ['one', 'two']) {
    const queue = await call(emulator, 'POST', `${ACCOUNT_PATH}/queues`, { queue_name: name });
    const path = `${ACCOUNT_PATH}/queues/${String(queue.result['queue_id'])}/consumers`;
    await call(emulator, 'POST', path, { type: 'worker', script_name: 'x' });
  }
  const all = await call(emulator, 'GET', `${consumers}?perPage=100`);
  expect(all.result).toMatchObject([
    { queue_name: 'one', script: 'x' },
    { queue_name: 'two', script: 'x' },
  ]);
  const second = await call(emulator, 'GET', `${consumers}?perPage=1&page=2`);
  expect(second.result).toMatchObject([{ queue_name: 'two' }]);
  expect(second.result_info).toMatchObject({ total_count: 2, total_pages: 2 });
  await emulator.close();
});

it('a version in the newer view has its modules when asked for them', async () => {
  const emulator = await testEmulator();
  await call(
    emulator,
    'PUT',
    `${ACCOUNT_PATH}/workers/scripts/x`,
    upload({ cache_options: { enabled: true } }),
  );
  const path = `${ACCOUNT_PATH}/workers/workers/x/versions/latest`;
  const plain = await call(emulator, 'GET', path);
  expect(plain.result).not.toHaveProperty('modules');
  expect(plain.result).toMatchObject({ cache_options: { enabled: true } });
  const { modules } = (await call(emulator, 'GET', `${path}?include=modules`)).result as unknown as {
    modules: { name: string; content_type: string; content_base64: string }[];
  };
  expect(modules).toMatchObject([{ name: 'index.js', content_type: 'application/javascript+module' }]);
  expect(Buffer.from(modules[0]?.content_base64 ?? '', 'base64').toString()).toContain('hello');
  expect(codes(await call(emulator, 'GET', `${path}?include=all`))).toEqual([10004]);
  await emulator.close();
});
