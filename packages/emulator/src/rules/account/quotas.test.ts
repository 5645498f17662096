import { describe, expect, it } from 'vitest';
import { ACCOUNT, call, codes, testEmulator, upload } from '../../../test/support/client.ts';
import type { EmulatorOptions, Seed } from '../../index.ts';
import { PLAN_LIMITS } from './limits.ts';
import { checkQuota } from './quotas.ts';

const scripts = '/accounts/:account/workers/scripts';
const free: EmulatorOptions = { accounts: [{ id: ACCOUNT, plan: 'free', subdomain: 'test' }] };
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const hex = (index: number): string => index.toString(16).padStart(32, '0');
const config = { dimensions: 3, metric: 'cosine' };
const origin = { scheme: 'postgres', host: 'db', port: 5432, database: 'd', user: 'u', password: 'p' };

describe('quotas of an account', () => {
  it.each<[string, Seed, string, unknown, number]>([
    [
      'KV namespaces',
      { kvNamespaces: many(1000, (index) => ({ accountId: ACCOUNT, id: hex(index) })) },
      'storage/kv/namespaces',
      { title: 'one more' },
      10021,
    ],
    [
      'D1 databases',
      { d1Databases: many(10, (index) => ({ accountId: ACCOUNT, uuid: hex(index), name: `db${index}` })) },
      'd1/database',
      { name: 'one-more' },
      7406,
    ],
    [
      'Vectorize indexes',
      { vectorizeIndexes: many(100, (index) => ({ accountId: ACCOUNT, name: `index${index}` })) },
      'vectorize/v2/indexes',
      { name: 'one-more', config },
      1002,
    ],
    [
      'Hyperdrive configs',
      { hyperdriveConfigs: many(10, (index) => ({ accountId: ACCOUNT, id: hex(index) })) },
      'hyperdrive/configs',
      { name: 'one-more', origin },
      2007,
    ],
  ])('of %s on the free plan are enforced', async (_name, seed, path, body, code) => {
    const emulator = await testEmulator(free);
    await emulator.admin.seed(seed);
    const refused = await call(emulator, 'POST', `/accounts/:account/${path}`, body);
    expect([codes(refused), refused.errors[0]?.message]).toEqual([
      [code],
      expect.stringContaining('limit of'),
    ]);
    await emulator.close();
  });

  it('of queues, of which tests do not make 10,000', () => {
    expect(() => checkQuota('paid', 'queues', 10_000)).not.toThrow();
    expect(() => checkQuota('free', 'queues', 10_001)).toThrow('10000 queues');
  });

  it('of Workers are what Cloudflare raised them to, where the account says so', async () => {
    const emulator = await testEmulator({
      accounts: [{ id: ACCOUNT, plan: 'free', subdomain: 'test', workerLimit: 1 }],
    });
    expect((await call(emulator, 'PUT', `${scripts}/a`, upload({}))).status).toBe(200);
    const second = await call(emulator, 'PUT', `${scripts}/b`, upload({}));
    expect([codes(second), second.errors[0]?.message]).toEqual([
      [10037],
      expect.stringContaining('limit of 1'),
    ]);
    await emulator.close();
  });

  it('of Workers and Durable Object classes are enforced in both views, but not in dispatch namespaces', async () => {
    const emulator = await testEmulator(free);
    await emulator.admin.seed({ dispatchNamespaces: [{ accountId: ACCOUNT, name: 'tenants' }] });
    const classes = many(60, (index) => `Class${index}`);
    const source = `${classes.map((name) => `export class ${name} {}`).join(' ')} export default { fetch() {} };`;
    const metadata = { migrations: { new_tag: 'v1', new_sqlite_classes: classes } };
    expect((await call(emulator, 'PUT', `${scripts}/a`, upload(metadata, source))).status).toBe(200);
    const second = await call(emulator, 'PUT', `${scripts}/b`, upload(metadata, source));
    expect([codes(second), second.errors[0]?.message]).toEqual([
      [10021],
      'The account has reached its limit of 100 Durable Object classes.',
    ]);
    const inNamespace = '/accounts/:account/workers/dispatch/namespaces/tenants/scripts/b';
    expect((await call(emulator, 'PUT', inNamespace, upload(metadata, source))).status).toBe(200);
    for (let index = 1; index < PLAN_LIMITS.free.workers; index += 1)
      await call(emulator, 'PUT', `${scripts}/w${index}`, upload());
    expect(codes(await call(emulator, 'PUT', `${scripts}/more`, upload()))).toEqual([10037]);
    expect(
      codes(await call(emulator, 'POST', '/accounts/:account/workers/workers', { name: 'more' })),
    ).toEqual([10037]);
    expect((await call(emulator, 'PUT', `${scripts}/w1`, upload())).status).toBe(200);
    await emulator.close();
  });

  it('of crons count over all Workers', async () => {
    const emulator = await testEmulator(free);
    const crons = (count: number): unknown => many(count, (index) => ({ cron: `${index} * * * *` }));
    for (const name of ['a', 'b']) await call(emulator, 'PUT', `${scripts}/${name}`, upload());
    expect((await call(emulator, 'PUT', `${scripts}/a/schedules`, crons(3))).status).toBe(200);
    expect(codes(await call(emulator, 'PUT', `${scripts}/b/schedules`, crons(3)))).toEqual([10072]);
    expect((await call(emulator, 'PUT', `${scripts}/b/schedules`, crons(2))).status).toBe(200);
    await emulator.close();
  });
});

describe('quotas of a zone', () => {
  it('hold for routes by zone and by Worker', async () => {
    const emulator = await testEmulator();
    const zoneId = 'e'.repeat(32);
    await emulator.admin.seed({ zones: [{ accountId: ACCOUNT, name: 'example.com', id: zoneId }] });
    await call(emulator, 'PUT', `${scripts}/x`, upload());
    const routes = (count: number): unknown => many(count, (index) => ({ pattern: `example.com/${index}` }));
    expect(codes(await call(emulator, 'PUT', `${scripts}/x/routes`, routes(1001)))).toEqual([10021]);
    expect((await call(emulator, 'PUT', `${scripts}/x/routes`, routes(1000))).status).toBe(200);
    const more = { pattern: 'example.com/more', script: 'x' };
    expect(codes(await call(emulator, 'POST', `/zones/${zoneId}/workers/routes`, more))).toEqual([10021]);
    await emulator.close();
  });

  it('hold for custom domains in one call and one by one', async () => {
    const emulator = await testEmulator();
    await emulator.admin.seed({ zones: [{ accountId: ACCOUNT, name: 'example.com' }] });
    await call(emulator, 'PUT', `${scripts}/x`, upload());
    const records = (count: number): unknown => ({
      override_scope: true,
      override_existing_origin: true,
      override_existing_dns_record: true,
      origins: many(count, (index) => ({ hostname: `h${index}.example.com` })),
    });
    expect(codes(await call(emulator, 'PUT', `${scripts}/x/domains/records`, records(101)))).toEqual([10021]);
    expect((await call(emulator, 'PUT', `${scripts}/x/domains/records`, records(100))).status).toBe(200);
    const more = { hostname: 'more.example.com', service: 'x' };
    expect(codes(await call(emulator, 'PUT', '/accounts/:account/workers/domains', more))).toEqual([10021]);
    await emulator.close();
  });
});

describe('limits of an upload', () => {
  it('hold for its metadata in all, and for CPU limits on the free plan, also in settings', async () => {
    const emulator = await testEmulator(free);
    const large = upload({ exports: { A: { type: 'worker', note: 'x'.repeat(1024 * 1024) } } });
    expect(codes(await call(emulator, 'PUT', `${scripts}/x`, large))).toEqual([10021]);
    const limits = { cpu_ms: 10 };
    expect(codes(await call(emulator, 'PUT', `${scripts}/x`, upload({ limits })))).toEqual([100328]);
    await call(emulator, 'PUT', `${scripts}/x`, upload());
    const form = new FormData();
    form.set('settings', JSON.stringify({ limits }));
    expect(codes(await call(emulator, 'PATCH', `${scripts}/x/settings`, form))).toEqual([100328]);
    await emulator.close();
  });
});
