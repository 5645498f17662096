import { LOCAL_TOKEN } from '@cf-deploy/emulator';
import { afterEach, describe, expect, test } from 'vitest';
import { ACCOUNT, KV, type TestProject } from '../support/project.ts';
import { extend, greet, greetings, startFleet } from './support.ts';
import { toRequest } from '../support/request.ts';

let project: TestProject;

afterEach(async () => {
  await project.close();
});

const sent = (): string[] =>
  project.calls.map(({ method, path }) => `${method} ${path.replace(`/accounts/${ACCOUNT}/workers`, '')}`);
const own = (): string[] => sent().filter((call) => call.includes('/scripts/'));
const someone = () => project.emulator.admin.editAs({ email: 'x@example.com' });

/** Tenants that were deployed by a release, and remembered. */
async function knownFleet(tenants: readonly string[]): Promise<void> {
  project = await startFleet(tenants);
  await project.deployer.deployAll({ parallel: 4 });
  project.clear();
}

test('a changed target costs two writes and one read of its own, and the lists are read once', async () => {
  await knownFleet(['a', 'b', 'c', 'd']);
  await greet(project, ['b', 'c'], 'two');

  const run = await project.deployer.deployAll({});

  expect(run.summary).toEqual({ deployed: 2, unchanged: 2 });
  expect(sent()).toEqual([
    'GET /scripts',
    'GET /workers',
    'POST /scripts/b/versions',
    'POST /scripts/b/deployments',
    'GET /scripts/b/deployments',
    'POST /scripts/c/versions',
    'POST /scripts/c/deployments',
    'GET /scripts/c/deployments',
  ]);
  expect(await greetings(project, ['a', 'b', 'c'])).toEqual(['one', 'two', 'two']);
  const deployed = run.results.find(({ tenant }) => tenant === 'b');
  expect(deployed).toMatchObject({ endState: 'live', status: 'deployed' });
  expect(deployed?.notLookedAt).toContain('cron triggers');
  expect(run.budget.notLookedAt).toContain('cron triggers');
});

test('one deploy after another stays as cheap, and knows what it replaces', async () => {
  await knownFleet(['a']);
  let before = (await project.deployer.versions({ tenant: 'a' })).versions[0]?.versionId;
  for (const greeting of ['two', 'three', 'four']) {
    await greet(project, ['a'], greeting);
    project.clear();
    const [result] = (await project.deployer.deployAll({})).results;
    expect(own()).toHaveLength(3);
    expect(result?.previousVersionId).toBe(before);
    expect(result?.changes.map(({ path }) => path)).toEqual(['bindings.GREETING.text']);
    before = result?.versionId ?? undefined;
  }
  project.clear();
  expect((await project.deployer.deployAll({})).summary).toEqual({ unchanged: 1 });
  expect(own()).toEqual([]);
});

test('with full every part is read, and nothing is left unsaid', async () => {
  await knownFleet(['a']);
  await greet(project, ['a'], 'two');
  const run = await project.deployer.deployAll({ full: true });
  expect(run.budget.notLookedAt).toEqual([]);
  expect(own().filter((call) => call.startsWith('GET')).length).toBeGreaterThan(3);
});

describe('a target that somebody touched is read', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['a variable', () => someone().setVariable(ACCOUNT, 'b', 'GREETING', 'theirs')],
    ['a secret', () => someone().setSecret(ACCOUNT, 'b', 'KEY', 'value')],
    ['a binding taken away', () => someone().removeBinding(ACCOUNT, 'b', 'TENANT')],
    ['a script-level setting', () => someone().setSettings(ACCOUNT, 'b', { logpush: true })],
    ['a rollback', () => project.another().rollback({ tenant: 'b' })],
  ])('%s', async (_what, touch) => {
    await knownFleet(['a', 'b']);
    await greet(project, ['a', 'b'], 'two');
    await project.deployer.deployAll({});
    const elsewhere = project.another({ storeFile: `${project.root}/elsewhere.db` });
    project.another = () => elsewhere;
    await touch();
    project.clear();

    const run = await project.deployer.deployAll({});

    const read = own().filter((call) => call.startsWith('GET'));
    expect(read.filter((call) => call.includes('/b/')).length).toBeGreaterThan(1);
    expect(read.filter((call) => call.includes('/a/'))).toEqual([]);
    expect(run.release?.status).toBe('done');
    expect(await greetings(project, ['a', 'b'])).toEqual(['two', 'two']);
  });
});

test('what somebody deployed between the lists and our version is put back, and said', async () => {
  await knownFleet(['a', 'b']);
  await greet(project, ['a', 'b'], 'two');
  const deployer = project.another({
    fetch: async (input, init) => {
      const request = toRequest(input, init);
      const answer = await project.emulator.fetch(request);
      if (request.method === 'POST' && new URL(request.url).pathname.endsWith('/scripts/a/versions')) {
        await someone().setVariable(ACCOUNT, 'a', 'GREETING', 'theirs');
      }
      return answer;
    },
  });

  const run = await deployer.deployAll({});

  expect(run.results).toMatchObject([
    { tenant: 'a', status: 'failed', endState: 'rolled-back', error: { code: 'CONFLICT' } },
  ]);
  expect(run.results[0]?.error?.message).toContain('x@example.com');
  expect(await greetings(project, ['a', 'b'])).toEqual(['theirs', 'one']);
});

test('a change that needs more than a version reads what it replaces', async () => {
  await knownFleet(['a']);
  await extend(project, 'a', {
    vars: { TENANT: 'a', GREETING: 'one', STATUS: 'ok' },
    triggers: { crons: ['0 3 * * *'] },
  });
  const [result] = (await project.deployer.deployAll({})).results;
  expect(result).toMatchObject({ status: 'deployed', notLookedAt: [] });
  expect(own()).toContain('GET /scripts/a/schedules');
});

test('a new binding is looked up, and one that several tenants get is looked up once', async () => {
  const tenants = ['a', 'b', 'c'];
  await knownFleet(tenants);
  for (const tenant of tenants) {
    const before = JSON.parse(await project.read(`tenants/${tenant}/wrangler.json`)) as object;
    await project.write(`tenants/${tenant}/wrangler.json`, {
      ...before,
      kv_namespaces: [
        { binding: 'CACHE', id: KV },
        { binding: 'SECOND', id: KV },
      ],
    });
  }
  expect((await project.deployer.deployAll({})).summary).toEqual({ deployed: 3 });
  expect(project.calls.filter(({ path }) => path.includes('/storage/kv/'))).toHaveLength(1);
});

test('the name of a database is looked up once in a run, however many tenants have it', async () => {
  const tenants = ['a', 'b', 'c'];
  project = await startFleet(tenants);
  await createDatabase('shop');
  await project.write('cf-deploy.config.mjs', `export default { sharedResources: ['${KV}', 'shop'] };\n`);
  for (const tenant of tenants) {
    await extend(project, tenant, {
      vars: { STATUS: 'ok' },
      d1_databases: [{ binding: 'DB', database_name: 'shop' }],
    });
  }
  const run = await project.deployer.deployAll({});
  expect(run.summary).toEqual({ deployed: 3 });
  expect(project.calls.filter(({ path }) => path.endsWith('/d1/database/shop'))).toHaveLength(1);
});

async function createDatabase(name: string): Promise<void> {
  await project.emulator.fetch(
    new Request(`https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/d1/database`, {
      method: 'POST',
      headers: { authorization: `Bearer ${LOCAL_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name }),
    }),
  );
}
