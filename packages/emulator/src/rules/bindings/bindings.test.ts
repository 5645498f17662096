import { describe, expect, it } from 'vitest';
import { ACCOUNT, call, codes, testEmulator, upload } from '../../../test/support/client.ts';

const scripts = '/accounts/:account/workers/scripts';
const missing = 'f'.repeat(32);

describe('bindings of an upload', () => {
  it.each([
    [{ type: 'kv_namespace', namespace_id: missing }, 10041],
    [{ type: 'kv_namespace', namespace_id: 'short' }, 10042],
    [{ type: 'r2_bucket', bucket_name: 'none' }, 10085],
    [{ type: 'd1', id: crypto.randomUUID() }, 10181],
    [{ type: 'd1', id: '' }, 10021],
    [{ type: 'queue', queue_name: 'none' }, 11000],
    [{ type: 'service', service: 'none' }, 10143],
    [{ type: 'service', service: 'none', environment: 'staging' }, 10144],
    [{ type: 'durable_object_namespace', class_name: 'Room' }, 10061],
    [{ type: 'durable_object_namespace', class_name: 'Room', script_name: 'none' }, 10061],
    [{ type: 'hyperdrive', id: missing }, 10157],
    [{ type: 'vectorize', index_name: 'none' }, 10159],
    [{ type: 'dispatch_namespace', namespace: 'none' }, 100119],
    [{ type: 'mtls_certificate', certificate_id: 'none' }, 100143],
    [{ type: 'secrets_store_secret', store_id: 'none', secret_name: 'none' }, 10182],
    [{ type: 'nonsense' }, 10021],
    [{ type: 'plain_text', text: 'x'.repeat(6000) }, 10054],
  ])('%j is refused with %i, for scripts and for versions', async (binding, code) => {
    const emulator = await testEmulator();
    await call(emulator, 'PUT', `${scripts}/x`, upload());
    const form = (): FormData => upload({ bindings: [{ ...binding, name: 'B' }] });
    const put = await call(emulator, 'PUT', `${scripts}/x`, form());
    expect([put.status, codes(put)]).toEqual([400, [code]]);
    expect(codes(await call(emulator, 'POST', `${scripts}/x/versions`, form()))).toEqual([code]);
    const versions = await call(emulator, 'GET', `${scripts}/x/versions`);
    expect(versions.result['items']).toHaveLength(1);
    await emulator.close();
  });

  it('refuses a binding without name, a name used twice, and too many variables', async () => {
    const emulator = await testEmulator();
    const put = async (bindings: unknown[]): Promise<number[]> =>
      codes(await call(emulator, 'PUT', `${scripts}/x`, upload({ bindings })));
    expect(await put([{ type: 'plain_text', text: 'a' }])).toEqual([10052]);
    const twice = { type: 'plain_text', name: 'A', text: 'a' };
    expect(await put([twice, twice])).toEqual([10053]);
    expect(await put(Array.from({ length: 129 }, (_, index) => ({ ...twice, name: `A${index}` })))).toEqual([
      10055,
    ]);
    await emulator.close();
  });

  it('accepts what was seeded', async () => {
    const emulator = await testEmulator();
    await emulator.admin.seed({
      kvNamespaces: [{ accountId: ACCOUNT, id: missing }],
      d1Databases: [{ accountId: ACCOUNT, uuid: '11111111-2222-4333-8444-555555555555', name: 'main' }],
      r2Buckets: [{ accountId: ACCOUNT, name: 'files' }],
      queues: [{ accountId: ACCOUNT, name: 'jobs' }],
      vectorizeIndexes: [{ accountId: ACCOUNT, name: 'docs' }],
      hyperdriveConfigs: [{ accountId: ACCOUNT, id: missing }],
    });
    const put = await call(
      emulator,
      'PUT',
      `${scripts}/x`,
      upload({
        bindings: [
          { type: 'kv_namespace', name: 'KV', namespace_id: missing },
          { type: 'd1', name: 'DB', id: '11111111-2222-4333-8444-555555555555' },
          { type: 'r2_bucket', name: 'R2', bucket_name: 'files' },
          { type: 'queue', name: 'Q', queue_name: 'jobs' },
          { type: 'vectorize', name: 'V', index_name: 'docs' },
          { type: 'hyperdrive', name: 'H', id: missing },
        ],
      }),
    );
    expect(put.errors).toEqual([]);
    const settings = await call(emulator, 'GET', `${scripts}/x/settings`);
    expect(settings.result['bindings']).toContainEqual({
      type: 'd1',
      name: 'DB',
      id: '11111111-2222-4333-8444-555555555555',
      database_id: '11111111-2222-4333-8444-555555555555',
    });
    await emulator.close();
  });
});

describe('inherited bindings', () => {
  const secret = { type: 'secret_text', name: 'KEY', text: 'hidden' };

  it('are kept by type with keep_bindings, and lost without', async () => {
    const emulator = await testEmulator();
    await call(emulator, 'PUT', `${scripts}/x`, upload({ bindings: [secret] }));
    await call(emulator, 'PUT', `${scripts}/x`, upload({ keep_bindings: ['secret_text'] }));
    expect((await call(emulator, 'GET', `${scripts}/x/secrets`)).result).toEqual([
      { name: 'KEY', type: 'secret_text' },
    ]);
    await call(emulator, 'PUT', `${scripts}/x`, upload());
    expect((await call(emulator, 'GET', `${scripts}/x/secrets`)).result).toEqual([]);
    await emulator.close();
  });

  it('fail with one error each under strict, and are dropped otherwise', async () => {
    const emulator = await testEmulator();
    const bindings = [
      { type: 'inherit', name: 'ONE' },
      { type: 'inherit', name: 'TWO' },
    ];
    const strict = await call(emulator, 'PUT', `${scripts}/x?bindings_inherit=strict`, upload({ bindings }));
    expect(codes(strict)).toEqual([10057, 10057]);
    expect(strict.errors[0]?.message).toMatch(/^inherit binding 'ONE' is invalid/);
    expect((await call(emulator, 'PUT', `${scripts}/x`, upload({ bindings }))).status).toBe(200);
    await emulator.close();
  });

  it('may be renamed, but name no other version than latest in a version upload', async () => {
    const emulator = await testEmulator();
    await call(emulator, 'PUT', `${scripts}/x`, upload({ bindings: [secret] }));
    const renamed = upload({
      bindings: [{ type: 'inherit', name: 'NEW', old_name: 'KEY', version_id: 'latest' }],
    });
    expect((await call(emulator, 'POST', `${scripts}/x/versions`, renamed)).status).toBe(200);
    const other = upload({ bindings: [{ type: 'inherit', name: 'KEY', version_id: crypto.randomUUID() }] });
    expect(codes(await call(emulator, 'POST', `${scripts}/x/versions`, other))).toEqual([10057]);
    await emulator.close();
  });
});
