import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Deployer, Git } from '@cf-deploy/deployer';
import { repositoryName } from '../../src/session/git.ts';
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

const NAMED = `export default { name: 'shop', sharedResources: ['${KV}'] };\n`;

beforeEach(async () => {
  project = await startProject({
    tenants: ['acme', 'globex'],
    emulator: { runtime: createFakeRuntime },
    wrangler: { vars: { TENANT: 'x' } },
  });
  await project.write('cf-deploy.config.mjs', NAMED);
});

afterEach(async () => {
  await project.close();
});

const remove = (path: string): Promise<void> => rm(join(project.root, path), { recursive: true });
/** A deployer that has read none of what was written since. */
const fresh = (options: Parameters<TestProject['another']>[0] = {}): Deployer => project.another(options);

async function deployBoth(): Promise<void> {
  const { summary } = await fresh().deployAll({ verify: false });
  expect(summary).toEqual({ deployed: 2 });
}

async function forgetRecords(): Promise<void> {
  await remove('deployments');
}

test('a Worker of a tenant that is gone is listed by status of all, and pruned when asked', async () => {
  await deployBoth();
  expect((await fresh().statusAll({})).orphans).toMatchObject({ project: 'shop', orphans: [], unknown: [] });
  await remove('tenants/globex');
  await forgetRecords();
  const { orphans } = await fresh().statusAll({});
  expect(orphans).toMatchObject({
    accounts: [ACCOUNT],
    orphans: [{ accountId: ACCOUNT, scriptName: 'globex', was: 'globex', tenant: 'globex' }],
    unknown: [],
  });
  project.clear();
  const planned = await fresh().planPrune();
  expect(planned.results[0]?.removes).toMatchObject([{ name: 'Worker globex' }]);
  await expect(fresh().prune({ confirm: async () => false })).rejects.toMatchObject({
    code: 'NOT_CONFIRMED',
  });
  expect(project.writes()).toEqual([]);
  const run = await fresh().prune();
  expect(run.results).toMatchObject([{ scriptName: 'globex', status: 'destroyed', endState: 'gone' }]);
  expect(JSON.parse(await project.read(run.results[0]?.record ?? ''))).toMatchObject({
    kind: 'destroy',
    tenant: 'globex',
  });
  expect((await fresh().statusAll({})).orphans?.orphans).toEqual([]);
  expect((await fresh().status({ tenant: 'acme' })).exists).toBe(true);
});

test('what some targets were asked for says nothing of orphans', async () => {
  expect((await fresh().statusAll({ only: ['acme'] })).orphans).toBeNull();
});

test('a Worker of another project in the account is no orphan of this one', async () => {
  await project.write('cf-deploy.config.mjs', NAMED.replace('shop', 'bank'));
  await deployBoth();
  await forgetRecords();
  await remove('tenants/globex');
  await project.write('cf-deploy.config.mjs', NAMED);
  expect((await fresh().statusAll({})).orphans).toMatchObject({ orphans: [], unknown: [] });
});

test('a Worker whose marker names no project is not pruned, unless a record here is of its very deploy', async () => {
  const unnamed = NAMED.replace("name: 'shop', ", '');
  await project.write('cf-deploy.config.mjs', unnamed);
  await deployBoth();
  await remove('tenants/globex');
  expect((await fresh().statusAll({})).orphans).toMatchObject({
    project: null,
    orphans: [{ scriptName: 'globex' }],
  });
  await forgetRecords();
  await project.write('cf-deploy.config.mjs', NAMED);
  const { orphans } = await fresh().statusAll({});
  expect(orphans).toMatchObject({
    orphans: [],
    unknown: [{ scriptName: 'globex', why: expect.stringContaining('names no project') as string }],
  });
  expect((await fresh().prune()).results).toEqual([]);
});

test('a Worker whose marker names a project is not pruned by one that does not know what it is called', async () => {
  await deployBoth();
  await forgetRecords();
  await remove('tenants/globex');
  await project.write('cf-deploy.config.mjs', NAMED.replace("name: 'shop', ", ''));
  expect((await fresh().statusAll({})).orphans).toMatchObject({
    orphans: [],
    unknown: [{ why: expect.stringContaining('nothing tells which project this is') as string }],
  });
});

test('a tenant whose files do not resolve, and a broken row, leave it open whose a Worker is', async () => {
  await deployBoth();
  const renamed = (await project.read('tenants/globex/wrangler.json')).replace(
    '"globex"',
    '"globex-2", "nonsense": 1',
  );
  await project.write('tenants/globex/wrangler.json', renamed);
  expect((await fresh().statusAll({})).orphans).toMatchObject({
    orphans: [],
    unknown: [{ scriptName: 'globex', why: expect.stringContaining('cannot be resolved') as string }],
  });
  await remove('tenants/globex');
  await project.write('tenants.csv', 'tenantId,accountId\nglo bex,1\n');
  expect((await fresh().statusAll({})).orphans).toMatchObject({
    orphans: [],
    unknown: [{ scriptName: 'globex', why: expect.stringContaining('may name it') as string }],
  });
});

test('a Worker that wrangler made, and one of an environment that the file lost, are told apart', async () => {
  await project.write('tenants/globex/wrangler.json', {
    name: 'globex',
    main: 'src/index.js',
    compatibility_date: '2026-02-01',
    env: { staging: {}, production: {} },
  });
  await fresh().deploy({ tenant: 'globex', env: 'staging', verify: false });
  await project.write('tenants/globex/wrangler.json', {
    name: 'globex',
    main: 'src/index.js',
    compatibility_date: '2026-02-01',
    env: { production: {} },
  });
  const form = new FormData();
  form.set(
    'metadata',
    new Blob([JSON.stringify({ main_module: 'a.js', compatibility_date: '2026-02-01' })], {
      type: 'application/json',
    }),
  );
  form.set('a.js', new File([HEALTHY], 'a.js', { type: 'application/javascript+module' }));
  const { authorization } = project.calls[0] ?? { authorization: '' };
  const made = await project.emulator.fetch(
    new Request(`https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/workers/scripts/by-hand`, {
      method: 'PUT',
      body: form,
      headers: { authorization: authorization ?? '' },
    }),
  );
  expect(made.status).toBe(200);
  expect((await fresh().statusAll({ env: 'production' })).orphans).toMatchObject({
    orphans: [{ scriptName: 'globex-staging', was: 'globex (staging)' }],
    unknown: [],
  });
});

test('a secret that was changed since takes nothing of whose a Worker is', async () => {
  await project.write('tenants/globex/wrangler.json', {
    ...(JSON.parse(await project.read('tenants/globex/wrangler.json')) as object),
  });
  await deployBoth();
  await fresh().secrets.put({ tenant: 'globex', name: 'LATER', value: 'a-secret-value' });
  await forgetRecords();
  await remove('tenants/globex');
  expect((await fresh().statusAll({})).orphans?.orphans).toMatchObject([{ scriptName: 'globex' }]);
});

test('an account that cannot be read is unknown, and nothing else is lost', async () => {
  await deployBoth();
  const blind = fresh({
    fetch: async (input, init) => {
      const request = toRequest(input, init);
      return new URL(request.url).pathname.endsWith('/workers/scripts')
        ? Response.json(
            { success: false, result: null, messages: [], errors: [{ code: 10000, message: 'no' }] },
            { status: 403 },
          )
        : project.emulator.fetch(request);
    },
  });
  const result = await blind.statusAll({});
  expect(result.results).toHaveLength(2);
  expect(result.orphans).toMatchObject({ orphans: [], unknown: [{ accountId: ACCOUNT, scriptName: null }] });
});

test.each([
  ['git@Host.example:team/shop.git'],
  ['https://user:token@host.example/team/shop'],
  ['ssh://git@host.example:22/team/shop.git/'],
])('%s is the same repository in every form', (url) => {
  expect(repositoryName(url)).toBe('host.example/team/shop');
});

test('without a name the project is where its repository comes from', async () => {
  await project.write('cf-deploy.config.mjs', NAMED.replace("name: 'shop', ", ''));
  const git = (origin: string | null): Git => ({
    commit: async () => null,
    isAncestor: async () => null,
    tracked: async () => [],
    changedFiles: async () => [],
    fileAt: async () => null,
    origin: async () => origin,
  });
  await fresh({ git: git('host.example/team/shop#') }).deployAll({ verify: false });
  await forgetRecords();
  await remove('tenants/globex');
  const asked = async (origin: string | null): Promise<readonly unknown[] | undefined> =>
    (await fresh({ git: git(origin) }).statusAll({})).orphans?.orphans;
  expect(await asked('host.example/team/shop#')).toMatchObject([{ scriptName: 'globex' }]);
  expect(await asked('host.example/team/shop#packages/other')).toEqual([]);
  expect(await asked(null)).toEqual([]);
});

test('Workers of others are looked at once, and again when they change', async () => {
  await deployBoth();
  await remove('tenants/globex');
  await forgetRecords();
  await project.write('cf-deploy.config.mjs', NAMED.replace('shop', 'another'));
  const calls = async (): Promise<number> => {
    project.clear();
    const { orphans } = await fresh().planPrune();
    expect(orphans).toEqual([]);
    return project.calls.length;
  };
  expect(await calls()).toBe(2);
  expect(await calls()).toBe(1);
  // Deployed as this project's, it is one again.
  await project.write('cf-deploy.config.mjs', NAMED);
  expect((await fresh().planPrune()).orphans).toMatchObject([{ scriptName: 'globex' }]);
});
