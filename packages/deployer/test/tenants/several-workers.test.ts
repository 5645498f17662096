import { afterEach, beforeEach, expect, test } from 'vitest';
import { ACCOUNT, createFakeRuntime, startProject, type TestProject } from '../support/project.ts';
import { workers as declare } from './several.ts';

let project: TestProject;

const workers = (all: Readonly<Record<string, object>>): Promise<void> => declare(project, all);

beforeEach(async () => {
  project = await startProject({ tenants: [], emulator: { runtime: createFakeRuntime } });
});

afterEach(async () => {
  await project.close();
});

test('a tenant with two Workers is deployed in the order of its service bindings, the first time too', async () => {
  await workers({ api: { services: [{ binding: 'AUTH', service: 'auth' }] }, auth: {} });
  const deployer = project.another();
  expect(await deployer.workers({ tenant: 'acme' })).toEqual(['auth', 'api']);
  const fleet = await deployer.deployAll({});
  expect(
    fleet.results.map(
      ({ tenant, worker, scriptName, status }) => `${tenant}/${worker} ${scriptName} ${status}`,
    ),
  ).toEqual(['acme/auth auth deployed', 'acme/api api deployed']);
  expect((await deployer.deployAll({})).summary).toEqual({ unchanged: 2 });
});

test('one of them is chosen by its name, and has its own records', async () => {
  await workers({ api: {}, auth: {} });
  const deployer = project.another();
  const { record } = await deployer.deploy({ tenant: 'acme', worker: 'auth' });
  expect(record).not.toBeNull();
  expect(JSON.parse(await project.read(record ?? ''))).toMatchObject({ tenant: 'acme', worker: 'auth' });
  await expect(deployer.deploy({ tenant: 'acme' })).rejects.toMatchObject({
    code: 'USAGE',
    hint: 'Say which: --worker=api.',
  });
  await expect(deployer.deploy({ tenant: 'acme', worker: 'aupi' })).rejects.toMatchObject({
    hint: 'Did you mean "api"?',
  });
  expect((await deployer.status({ tenant: 'acme', worker: 'auth' })).lastRecord?.path).toBe(record);
  expect((await deployer.status({ tenant: 'acme', worker: 'api' })).lastRecord).toBeNull();
});

test('in a dispatch namespace too each has its own records', async () => {
  await workers({ api: {}, auth: {} });
  await project.emulator.admin.seed({ dispatchNamespaces: [{ accountId: ACCOUNT, name: 'customers' }] });
  const deployer = project.another();
  const of = (worker: string) => ({ tenant: 'acme', worker, dispatchNamespace: 'customers' });
  const { record } = await deployer.deploy(of('auth'));
  expect(record).not.toBeNull();
  expect(await deployer.status(of('auth'))).toMatchObject({ exists: true, lastRecord: { path: record } });
  expect(await deployer.status(of('api'))).toMatchObject({ exists: false, lastRecord: null });
  const later = await deployer.deploy(of('api'));
  expect((await deployer.status(of('auth'))).lastRecord?.path).toBe(record);
  expect((await deployer.status(of('api'))).lastRecord?.path).toBe(later.record);
});

test.each([
  [
    'Durable Objects',
    { durable_objects: { bindings: [{ name: 'B', class_name: 'X', script_name: 'auth' }] } },
  ],
  ['tail consumers', { tail_consumers: [{ service: 'auth' }] }],
])('Workers that need each other are refused by name: %s', async (_what, api) => {
  await workers({ api, auth: { tail_consumers: [{ service: 'api' }] } });
  const fleet = await project.another().deployAll({});
  expect(fleet.results[0]?.error).toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(
      /^The Workers of acme need each other: (api → auth → api|auth → api → auth)\.$/,
    ),
  });
  expect(project.writes()).toEqual([]);
});

test('a consumer of a queue goes before what sends to it', async () => {
  await workers({
    api: { queues: { producers: [{ binding: 'JOBS', queue: 'jobs' }] } },
    jobs: { queues: { consumers: [{ queue: 'jobs' }] } },
  });
  expect(await project.another().workers({ tenant: 'acme' })).toEqual(['jobs', 'api']);
});

test('after one that failed the others of the tenant are not begun', async () => {
  await workers({ api: { services: [{ binding: 'AUTH', service: 'auth' }] }, auth: {} });
  await project.write('workers/auth/src/index.js', 'export default {');
  const fleet = await project.another().deployAll({});
  expect(fleet.results.map(({ status }) => status)).toEqual(['failed']);
  expect(project.writes()).toEqual([]);
});
