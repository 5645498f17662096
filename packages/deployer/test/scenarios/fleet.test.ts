import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFakeRuntime, startProject, tenantFile, type TestProject } from '../support/project.ts';

let project: TestProject;

beforeEach(async () => {
  project = await startProject({
    tenants: ['a-shop', 'b-shop', 'c-shop', 'd-blog'],
    emulator: { runtime: createFakeRuntime },
    tenantConfig: { healthCheck: false },
  });
});

afterEach(async () => {
  await project.close();
});

const statuses = (results: readonly { tenant: string; status?: string }[]): string[] =>
  results.map(({ tenant, status }) => `${tenant} ${status}`);

test('every tenant is deployed, the build is shared, and one record tells of the whole run', async () => {
  const fleet = await project.deployer.deployAll({});

  expect(fleet.summary).toEqual({ deployed: 4 });
  expect(fleet.calls).toBe(project.calls.length);
  const record = JSON.parse(await project.read(String(fleet.record))) as { tenants: unknown[] };
  expect(record.tenants).toHaveLength(4);
  expect((await project.deployer.deployAll({})).summary).toEqual({ unchanged: 4 });
});

test('after a failure no further tenant is begun', async () => {
  await project.write('tenants/b-shop/src/index.js', 'export default {');

  const fleet = await project.deployer.deployAll({ parallel: 1 });

  expect(statuses(fleet.results)).toEqual(['a-shop deployed', 'b-shop failed']);
  expect(fleet.summary).toEqual({ deployed: 1, failed: 1, skipped: 2 });
  expect(fleet.results[1]).toMatchObject({ endState: 'untouched', error: { code: 'BUNDLE_FAILED' } });
});

test('a tenant that is not valid stops the run before its first write', async () => {
  await project.write('tenants/d-blog/wrangler.json', { name: 'd-blog', main: 'src/index.js' });

  await expect(project.deployer.deployAll({})).rejects.toMatchObject({ code: 'CONFIG_INVALID' });

  expect(project.writes()).toEqual([]);
});

test('told to go on, the others are deployed all the same', async () => {
  await project.write('tenants/b-shop/src/index.js', 'export default {');

  const fleet = await project.deployer.deployAll({ parallel: 2, continueOnError: true });

  expect(statuses(fleet.results)).toEqual([
    'a-shop deployed',
    'b-shop failed',
    'c-shop deployed',
    'd-blog deployed',
  ]);
});

test('one that has nothing to do and is not well is counted and announced as failed, not as unchanged', async () => {
  await project.deployer.deployAll({});
  const healthCheck = { path: '/health', attempts: 1, intervalMs: 1 };
  await project.write('tenants/b-shop/tenant.config.json', tenantFile('b-shop', { healthCheck }));
  const announced: string[] = [];
  const sick = project.another({
    workerFetch: async () => new Response('sick', { status: 500 }),
    onEvent: (event) => {
      if (event.type === 'tenant-finished') announced.push(`${event.tenant} ${event.status}`);
    },
  });

  const fleet = await sick.deployAll({ full: true, continueOnError: true });

  expect(fleet.summary).toEqual({ failed: 1, unchanged: 3 });
  expect(fleet.release?.targets).toEqual({ done: 3, failed: 1 });
  expect(announced).toContain('b-shop failed');
});

test('tenants are chosen by name and pattern; a name that matches nothing is an error', async () => {
  const fleet = await project.deployer.planAll({ only: ['*-shop'], exclude: ['b-*'] });
  expect(fleet.results.map(({ tenant }) => tenant)).toEqual(['a-shop', 'c-shop']);

  await expect(project.deployer.planAll({ only: ['e-shop'] })).rejects.toMatchObject({
    code: 'TENANT_UNKNOWN',
  });
});

test('what the tenants of an account share is read once', async () => {
  for (const tenant of ['a-shop', 'b-shop']) {
    const file = JSON.parse(await project.read(`tenants/${tenant}/tenant.config.json`)) as Record<
      string,
      unknown
    >;
    delete file['accountSubdomain'];
    await project.write(`tenants/${tenant}/tenant.config.json`, file);
  }

  await project.deployer.deployAll({ only: ['a-shop', 'b-shop'] });

  expect(project.calls.filter(({ path }) => path.endsWith('/workers/subdomain'))).toHaveLength(1);
});

test('drift of the fleet counts who drifted', async () => {
  await project.deployer.deployAll({ only: ['a-shop', 'b-shop', 'c-shop', 'd-blog'] });
  const vars = { TENANT: 'a-shop', COLOUR: 'red' };
  const file = JSON.parse(await project.read('tenants/a-shop/wrangler.json')) as Record<string, unknown>;
  await project.write('tenants/a-shop/wrangler.json', { ...file, vars });

  expect((await project.deployer.driftAll({})).summary).toEqual({ clean: 3, drifted: 1 });
});

test('a resource that several tenants bind is looked up once', async () => {
  await project.deployer.deployAll({});

  expect(project.calls.filter(({ path }) => path.includes('/storage/kv/namespaces/'))).toHaveLength(1);
});

test('a folder that cannot be written is a refusal of the machine, before anything is sent', async () => {
  await project.write('.cf-deploy/locks', 'in the way');

  await expect(project.deployer.deploy({ tenant: 'a-shop' })).rejects.toMatchObject({
    code: 'MACHINE_REFUSED',
    hint: expect.stringContaining('move it away') as string,
  });
  expect(project.calls).toEqual([]);
});

test('a store that cannot be opened is a refusal of the machine, before anything is sent', async () => {
  await project.write('.cf-deploy/releases.db/in-the-way', '');

  await expect(project.deployer.deployAll({})).rejects.toMatchObject({
    code: 'MACHINE_REFUSED',
    message: expect.stringContaining('releases.db') as string,
    hint: expect.stringContaining('move it away') as string,
  });
  expect(project.writes()).toEqual([]);
  // What is live is told without it, and what only it knows is said to be unknown.
  const unknown = [expect.stringContaining('gradual deploy') as string];
  expect(await project.deployer.status({ tenant: 'a-shop' })).toMatchObject({ unknown, error: null });
  const all = await project.deployer.statusAll({});
  expect(all.results.map((result) => [result.error, result.unknown])).toEqual(
    Array.from({ length: 4 }, () => [null, unknown]),
  );
  expect((await project.deployer.driftAll({})).summary).toEqual({ drifted: 4 });
});
