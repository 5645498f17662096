import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Deployer } from '@cf-deploy/deployer';
import {
  ACCOUNT,
  createFakeRuntime,
  HEALTHY,
  KV,
  startProject,
  type TestProject,
} from '../support/project.ts';
import { toRequest } from '../support/request.ts';

let project: TestProject;
let deployer: Deployer;

const WITH_EVERYTHING = {
  routes: [
    { pattern: 'acme.example.com/*', zone_name: 'example.com' },
    { pattern: 'api.example.com', custom_domain: true },
  ],
  triggers: { crons: ['0 3 * * *'] },
  queues: { consumers: [{ queue: 'jobs' }], producers: [{ binding: 'JOBS', queue: 'jobs' }] },
  workflows: [{ name: 'orders', binding: 'ORDERS', class_name: 'Orders' }],
};

const SOURCE = `
export class Orders { async run() {} }
export default { fetch: () => new Response('ok'), queue() {}, scheduled() {} };
`;

beforeEach(async () => {
  project = await startProject({ emulator: { runtime: createFakeRuntime } });
  deployer = project.deployer;
  await project.emulator.admin.seed({
    zones: [{ accountId: ACCOUNT, name: 'example.com' }],
    queues: [{ accountId: ACCOUNT, name: 'jobs' }],
  });
});

afterEach(async () => {
  await project.close();
});

const names = (all: readonly { readonly name: string }[] | undefined): readonly string[] =>
  (all ?? []).map(({ name }) => name);

async function deployed(fields: object = {}): Promise<void> {
  const file = JSON.parse(await project.read('tenants/acme/wrangler.json')) as object;
  await project.write('tenants/acme/wrangler.json', { ...file, ...fields });
  await project.write('tenants/acme/src/index.js', SOURCE);
  const { error } = await deployer.deploy({ tenant: 'acme', verify: false });
  expect(error).toBeNull();
  project.clear();
}

async function account(): Promise<Readonly<Record<string, number>>> {
  const ask = async (path: string): Promise<number> => {
    const response = await project.emulator.fetch(
      new Request(`https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/${path}`, {
        headers: { authorization: project.calls[0]?.authorization ?? '' },
      }),
    );
    return ((await response.json()) as { result: unknown[] }).result.length;
  };
  return {
    scripts: await ask('workers/scripts'),
    domains: await ask('workers/domains'),
    workflows: await ask('workflows'),
    queues: await ask('queues'),
    kv: await ask('storage/kv/namespaces'),
  };
}

test('a Worker goes with everything that leads to it, and its data stays', async () => {
  await deployed(WITH_EVERYTHING);
  const run = await deployer.destroy({ tenant: 'acme' });
  expect(run.results[0]).toMatchObject({
    status: 'destroyed',
    endState: 'gone',
    leftovers: [],
    error: null,
    removed: [
      'consumer of queue jobs',
      'route acme.example.com/*',
      'custom domain api.example.com',
      'Worker acme',
      'cron 0 3 * * *',
      'workflow orders',
    ],
    kept: [
      { name: `KV namespace ${KV}`, why: 'data stays unless --with-data is given' },
      { name: 'queue jobs', why: 'data stays unless --with-data is given' },
    ],
  });
  expect(await account()).toEqual({ scripts: 0, domains: 0, workflows: 0, queues: 1, kv: 1 });
  const record = JSON.parse(await project.read(run.results[0]?.record ?? '')) as object;
  expect(record).toMatchObject({ kind: 'destroy', status: 'destroyed', endState: 'gone' });
});

test('what is gone already is no error, and makes no record', async () => {
  await deployed();
  await deployer.destroy({ tenant: 'acme' });
  const records = await project.records();
  project.clear();
  const again = await deployer.destroy({ tenant: 'acme' });
  expect(again.results[0]).toMatchObject({
    status: 'already-gone',
    endState: 'gone',
    record: null,
    error: null,
  });
  expect(project.writes()).toEqual([]);
  expect(await project.records()).toEqual(records);
});

test('data goes only when it is asked for, each resource by its name', async () => {
  await deployed(WITH_EVERYTHING);
  const { results } = await deployer.planDestroy({ tenant: 'acme', withData: true });
  expect(names(results[0]?.removes)).toContain(`KV namespace ${KV}`);
  expect(project.writes()).toEqual([]);
  const run = await deployer.destroy({ tenant: 'acme', withData: true });
  expect(run.results[0]).toMatchObject({ status: 'destroyed', kept: [], leftovers: [] });
  expect(await account()).toEqual({ scripts: 0, domains: 0, workflows: 0, queues: 0, kv: 0 });
});

test('data that was left by the first run goes with a second one that asks for it', async () => {
  await deployed();
  await deployer.destroy({ tenant: 'acme' });
  const run = await deployer.destroy({ tenant: 'acme', withData: true });
  expect(run.results[0]).toMatchObject({ status: 'destroyed', removed: [`KV namespace ${KV}`] });
});

test.each([
  ['another tenant', 'export default { workers: {} };', 'globex has it too'],
  [
    'nobody else, but it is declared shared',
    `export default { sharedResources: ['${KV}'] };`,
    'it is declared shared',
  ],
])('data that %s has stays', async (_who, config, why) => {
  await deployed();
  if (why.startsWith('globex')) {
    await project.write('tenants/globex/wrangler.json', {
      name: 'globex',
      main: 'src/index.js',
      compatibility_date: '2026-02-01',
      env: { staging: { kv_namespaces: [{ binding: 'K', id: KV }] } },
    });
    await project.write('tenants/globex/tenant.config.json', { tenantId: 'globex', accountId: ACCOUNT });
    await project.write('tenants/globex/src/index.js', HEALTHY);
    why = 'globex (staging) has it too';
  }
  await project.write('cf-deploy.config.mjs', config);
  const run = await project.another().destroy({ tenant: 'acme', withData: true });
  expect(run.results[0]).toMatchObject({
    status: 'destroyed',
    kept: [{ name: `KV namespace ${KV}`, why }],
  });
});

test('data stays where a tenant whose files do not resolve might have it', async () => {
  await deployed();
  await project.write('tenants/globex/wrangler.json', '{ "name": ');
  await project.write('tenants/globex/tenant.config.json', { tenantId: 'globex', accountId: ACCOUNT });
  const run = await project.another().destroy({ tenant: 'acme', withData: true });
  expect(run.results[0]?.kept).toMatchObject([{ why: expect.stringContaining('globex') as string }]);
});

test('what the live Worker binds and the files do not name is nobody’s to delete', async () => {
  await deployed();
  await project.write('tenants/acme/wrangler.json', {
    name: 'acme',
    main: 'src/index.js',
    compatibility_date: '2026-02-01',
    version_metadata: { binding: 'VERSION' },
  });
  const run = await project.another().destroy({ tenant: 'acme', withData: true });
  expect(run.results[0]?.kept).toEqual([
    { name: `KV namespace ${KV}`, why: 'the live Worker binds it, but the files do not name it' },
  ]);
});

test('a bucket that Cloudflare will not delete is named, and the rest goes', async () => {
  await project.emulator.admin.seed({ r2Buckets: [{ accountId: ACCOUNT, name: 'files' }] });
  await deployed({ r2_buckets: [{ binding: 'FILES', bucket_name: 'files' }] });
  const refusing = project.another({
    fetch: async (input, init) => {
      const request = toRequest(input, init);
      return request.method === 'DELETE' && request.url.includes('/r2/buckets/files')
        ? Response.json(
            {
              success: false,
              result: null,
              messages: [],
              errors: [{ code: 10008, message: 'The bucket you tried to delete is not empty' }],
            },
            { status: 409 },
          )
        : project.emulator.fetch(request);
    },
  });
  const run = await refusing.destroy({ tenant: 'acme', withData: true });
  expect(run.results[0]).toMatchObject({
    status: 'failed',
    endState: 'partly',
    removed: ['Worker acme', `KV namespace ${KV}`],
    leftovers: [
      expect.stringContaining(
        'R2 bucket files: Could not delete R2 bucket files (HTTP 409): [10008]',
      ) as string,
    ],
    error: { code: 'API_REFUSED' },
  });
});

test('a Worker of which Cloudflare refuses to let go keeps its routes', async () => {
  await deployed(WITH_EVERYTHING);
  const refusing = project.another({
    fetch: async (input, init) => {
      const request = toRequest(input, init);
      return request.method === 'DELETE' && /scripts\/acme/.test(request.url)
        ? Response.json(
            { success: false, result: null, messages: [], errors: [{ code: 10064, message: 'in use' }] },
            { status: 400 },
          )
        : project.emulator.fetch(request);
    },
  });
  const run = await refusing.destroy({ tenant: 'acme' });
  expect(run.results[0]).toMatchObject({ status: 'failed', endState: 'untouched', removed: [] });
  const drift = await deployer.drift({ tenant: 'acme' });
  expect(drift.changes).toEqual([]);
});

test('a lost answer to the deletion is looked into', async () => {
  await deployed();
  const losing = project.another({
    fetch: async (input, init) => {
      const request = toRequest(input, init);
      const answer = await project.emulator.fetch(request);
      if (request.method === 'DELETE') throw new TypeError('fetch failed');
      return answer;
    },
  });
  const run = await losing.destroy({ tenant: 'acme' });
  expect(run.results[0]).toMatchObject({ status: 'destroyed', endState: 'gone' });
});

test('a Worker that another tenant deployed is refused without being taken over', async () => {
  await deployed();
  await project.write('tenants/globex/wrangler.json', {
    name: 'acme',
    main: 'src/index.js',
    compatibility_date: '2026-02-01',
  });
  await project.write('tenants/globex/tenant.config.json', { tenantId: 'globex', accountId: ACCOUNT });
  await project.write('tenants/globex/src/index.js', HEALTHY);
  await expect(project.another().destroy({ tenant: 'globex' })).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(project.writes()).toEqual([]);
  const run = await project.another().destroy({ tenant: 'globex', takeOver: true });
  expect(run.results[0]?.status).toBe('destroyed');
});

test('a Worker that another Worker binds is refused, unless it is forced', async () => {
  await deployed();
  await project.write('tenants/globex/wrangler.json', {
    name: 'globex',
    main: 'src/index.js',
    compatibility_date: '2026-02-01',
    services: [{ binding: 'ACME', service: 'acme' }],
  });
  await project.write('tenants/globex/tenant.config.json', {
    tenantId: 'globex',
    accountId: ACCOUNT,
    healthCheck: false,
  });
  await project.write('tenants/globex/src/index.js', HEALTHY);
  expect((await project.another().deploy({ tenant: 'globex' })).error).toBeNull();
  project.clear();
  await expect(project.another().destroy({ tenant: 'acme' })).rejects.toMatchObject({
    code: 'CONFLICT',
    message: 'Other Workers refer to acme: globex. Nothing was changed.',
  });
  expect(project.writes()).toEqual([]);
  expect((await project.another().destroy({ tenant: 'acme', force: true })).summary).toEqual({
    destroyed: 1,
  });
});

test('Durable Objects are data: their Worker stays unless data is to go', async () => {
  await deployed({
    durable_objects: { bindings: [{ name: 'O', class_name: 'Orders' }] },
    migrations: [{ tag: 'v1', new_sqlite_classes: ['Orders'] }],
  });
  await expect(deployer.destroy({ tenant: 'acme' })).rejects.toMatchObject({
    code: 'NOT_CONFIRMED',
    message: expect.stringContaining('Durable Objects with storage (Orders)') as string,
  });
  expect(project.writes()).toEqual([]);
  const { results } = await deployer.destroy({ tenant: 'acme', withData: true });
  expect(results[0]?.removed).toContain('Durable Object class Orders');
});

test('a protected environment demands the name of the tenant', async () => {
  await project.write('tenants/acme/wrangler.json', {
    name: 'acme',
    main: 'src/index.js',
    compatibility_date: '2026-02-01',
    env: { production: {}, staging: {} },
  });
  for (const env of ['production', 'staging']) await deployer.deploy({ tenant: 'acme', env, verify: false });
  project.clear();
  const target = { tenant: 'acme', env: 'production' };
  await expect(deployer.destroy(target)).rejects.toMatchObject({ code: 'NOT_CONFIRMED' });
  await expect(deployer.destroy({ ...target, confirmTenant: 'acm' })).rejects.toMatchObject({
    code: 'NOT_CONFIRMED',
  });
  expect(project.writes()).toEqual([]);
  expect((await deployer.destroy({ tenant: 'acme', env: 'staging' })).summary).toEqual({ destroyed: 1 });
  expect((await deployer.destroy({ ...target, confirmTenant: 'acme' })).summary).toEqual({ destroyed: 1 });
});

test('nothing is destroyed that was not shown', async () => {
  await deployed();
  const other = project.another();
  const confirm = async (): Promise<boolean> => {
    await project.write('tenants/acme/wrangler.json', {
      ...(JSON.parse(await project.read('tenants/acme/wrangler.json')) as object),
      triggers: { crons: ['1 1 * * *'] },
    });
    await other.deploy({ tenant: 'acme', verify: false });
    project.clear();
    return true;
  };
  await expect(deployer.destroy({ tenant: 'acme', confirm })).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('cron 1 1 * * *') as string,
  });
  expect(project.writes()).toEqual([]);
});

test('a killed run is told by the next one, which ends what it began', async () => {
  await deployed(WITH_EVERYTHING);
  const run = await deployer.destroy({ tenant: 'acme' });
  const path = run.results[0]?.record ?? '';
  const record = JSON.parse(await project.read(path)) as { steps: { status: string }[] };
  const steps = record.steps.map((step, index) => ({ ...step, status: index < 4 ? 'done' : 'planned' }));
  await project.write(path, { ...record, status: 'running', endState: null, finishedAt: null, steps });
  const again = await deployer.destroy({ tenant: 'acme' });
  expect(again.results[0]).toMatchObject({
    status: 'already-gone',
    interrupted: [
      { message: expect.stringContaining('was interrupted: the Worker is gone; taken away:') as string },
    ],
  });
  expect(JSON.parse(await project.read(path))).toMatchObject({ status: 'interrupted' });
});

test('after it, the tenant is deployed again as if it were new', async () => {
  await deployed(WITH_EVERYTHING);
  await deployer.destroy({ tenant: 'acme' });
  const again = await deployer.deploy({ tenant: 'acme', verify: false });
  expect(again).toMatchObject({ status: 'deployed', endState: 'live', previousVersionId: null });
});
