import { describe, expect, it } from 'vitest';
import { ACCOUNT, call, codes, testEmulator, upload } from '../../test/support/client.ts';
import type { Emulator } from '../index.ts';

const account = '/accounts/:account';
const scripts = `${account}/workers/scripts`;
const OTHER = 'b'.repeat(32);
const zoneId = 'e'.repeat(32);

/** An emulator with Workers `a` and `b`, a zone, and a second account with a zone of its own. */
async function world(plan: 'free' | 'paid' = 'paid'): Promise<Emulator> {
  const emulator = await testEmulator({
    accounts: [
      { id: ACCOUNT, plan, subdomain: 'test' },
      { id: OTHER, subdomain: 'other' },
    ],
  });
  await emulator.admin.seed({
    zones: [
      { accountId: ACCOUNT, name: 'example.com', id: zoneId },
      { accountId: OTHER, name: 'other.com' },
    ],
    dnsRecords: [{ zone: 'example.com', hostname: 'old.example.com' }],
  });
  for (const name of ['a', 'b']) await call(emulator, 'PUT', `${scripts}/${name}`, upload());
  return emulator;
}

describe('custom domains and routes', () => {
  it('are refused for hostnames in use (100116), with foreign records (100117), or outside all zones (10082)', async () => {
    const emulator = await world();
    const attach = async (hostname: string, service: string): Promise<number[]> =>
      codes(await call(emulator, 'PUT', `${account}/workers/domains`, { hostname, service }));
    const records = async (hostname: string, override: boolean): Promise<number[]> =>
      codes(
        await call(emulator, 'PUT', `${scripts}/b/domains/records`, {
          override_scope: true,
          override_existing_origin: override,
          override_existing_dns_record: override,
          origins: [{ hostname }],
        }),
      );
    expect(await attach('app.example.com', 'a')).toEqual([]);
    expect(await records('app.example.com', false)).toEqual([100116]);
    expect(await attach('old.example.com', 'a')).toEqual([100117]);
    expect(await records('old.example.com', false)).toEqual([100117]);
    expect(await attach('app.other.com', 'a')).toEqual([10082]);
    expect(await records('app.example.com', true)).toEqual([]);
    const listed = await call(emulator, 'GET', `${account}/workers/domains`);
    expect(listed.result).toMatchObject([{ hostname: 'app.example.com', service: 'b' }]);
    await emulator.close();
  });

  it('are refused for a pattern that is taken (10020), and for a Worker that is not there (10019)', async () => {
    const emulator = await world();
    const routes = `/zones/${zoneId}/workers/routes`;
    const route = (script: string): object => ({ pattern: 'example.com/*', script });
    expect(codes(await call(emulator, 'POST', routes, route('none')))).toEqual([10019]);
    expect((await call(emulator, 'POST', routes, route('a'))).status).toBe(200);
    expect(codes(await call(emulator, 'POST', routes, route('b')))).toEqual([10020]);
    const whole = [{ pattern: 'example.com/*' }];
    expect(codes(await call(emulator, 'PUT', `${scripts}/b/routes`, whole))).toEqual([10020]);
    await emulator.close();
  });
});

describe('queues', () => {
  it('take consumers with a queue handler only (11001), and are not deleted while bound (11005)', async () => {
    const emulator = await world();
    const queue = await call(emulator, 'POST', `${account}/queues`, { queue_name: 'jobs' });
    const path = `${account}/queues/${String(queue.result['queue_id'])}`;
    const consumer = { type: 'worker', script_name: 'a' };
    expect(codes(await call(emulator, 'POST', `${path}/consumers`, consumer))).toEqual([11001]);
    const bindings = [{ type: 'queue', name: 'JOBS', queue_name: 'jobs' }];
    await call(emulator, 'PUT', `${scripts}/a`, upload({ bindings }));
    expect(codes(await call(emulator, 'DELETE', path))).toEqual([11005]);
    await emulator.close();
  });
});

describe('versions', () => {
  it('that do not exist have no secrets to patch (10222)', async () => {
    const emulator = await world();
    await call(emulator, 'POST', `${account}/workers/workers`, { name: 'empty' });
    const env = { KEY: { type: 'secret_text', text: 'x' } };
    const latest = `${account}/workers/workers/empty/versions/latest`;
    expect(codes(await call(emulator, 'PATCH', latest, { env }))).toEqual([10222]);
    await emulator.close();
  });

  it('with different exports do not share traffic (100405)', async () => {
    const emulator = await world();
    const exports = { Api: { type: 'worker' } };
    const first = emulator.admin.scripts(ACCOUNT)[0]?.versions[0]?.id;
    const second = await call(emulator, 'POST', `${scripts}/a/versions`, upload({ exports }));
    const versions = [first, second.result['id']].map((version_id) => ({ version_id, percentage: 50 }));
    const split = await call(emulator, 'POST', `${scripts}/a/deployments`, {
      strategy: 'percentage',
      versions,
    });
    expect(codes(split)).toEqual([100405]);
    await emulator.close();
  });
});

describe('the free plan', () => {
  it('has no Worker loaders (10195) and no schedules of workflows (10208)', async () => {
    const emulator = await world('free');
    const bindings = [{ type: 'worker_loader', name: 'LOADER' }];
    expect(codes(await call(emulator, 'PUT', `${scripts}/a`, upload({ bindings })))).toEqual([10195]);
    const workflow = { script_name: 'a', class_name: 'Flow', schedules: [{ cron: '0 * * * *' }] };
    expect(codes(await call(emulator, 'PUT', `${account}/workflows/flow`, workflow))).toEqual([10208]);
    await emulator.close();
  });
});

it('redirects that loop are refused with 100324', async () => {
  const emulator = await world();
  const session = await call(emulator, 'POST', `${scripts}/a/assets-upload-session`, { manifest: {} });
  const assets = { jwt: session.result['jwt'], config: { _redirects: '/* /index.html 200' } };
  expect(codes(await call(emulator, 'PUT', `${scripts}/a`, upload({ assets })))).toEqual([100324]);
  await emulator.close();
});
