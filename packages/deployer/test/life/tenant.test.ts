import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { initProject, type Deployer } from '@cf-deploy/deployer';
import { keepProject, type KeptProject } from '../support/kept-project.ts';
import { ACCOUNT, type TestProject } from '../support/project.ts';
import { OTHER, startTwoAccounts } from './two-accounts.ts';
import { toRequest } from '../support/request.ts';

let project: TestProject;
/** With three tenants, each with its Worker; made by the first test that begins so. */
let ofThree: KeptProject | undefined;

beforeEach(async () => {
  project = await startTwoAccounts();
  await initProject(project.root);
});

afterEach(async () => {
  await project.close();
});

afterAll(() => ofThree?.close());

/** A deployer that has read none of what was written since. */
const fresh = (options: Parameters<TestProject['another']>[0] = {}): Deployer => project.another(options);

async function three(): Promise<void> {
  await project.close();
  ofThree ??= keepProject(await startThree());
  project = await ofThree.again();
}

async function startThree(): Promise<TestProject> {
  project = await startTwoAccounts({ rateLimit: null });
  await initProject(project.root);
  await fresh().addTenant({ id: 'acme', fields: { accountId: ACCOUNT } });
  for (const id of ['globex', 'initech']) await fresh().addTenant({ id, fields: {} });
  const { results } = await fresh().deployAll({});
  expect(results.map(({ status, error }) => error?.message ?? status)).toEqual([
    'deployed',
    'deployed',
    'deployed',
  ]);
  return project;
}

test('a project from an empty folder lives: added, deployed, renamed, moved, removed, and nothing is left', async () => {
  await three();
  expect(await project.read('tenants.csv')).toBe(
    `tenantId,accountId\nacme,${ACCOUNT}\nglobex,${ACCOUNT}\ninitech,${ACCOUNT}\n`,
  );
  const renamed = await fresh().renameTenant({ id: 'acme', to: 'acme-eu' });
  expect(renamed).toMatchObject({
    status: 'done',
    switched: [
      {
        from: { scriptName: 'acme-api' },
        to: { scriptName: 'acme-eu-api' },
        deployed: { status: 'deployed', health: { verdict: 'healthy' } },
        retired: { status: 'destroyed' },
      },
    ],
  });
  expect(renamed.notes.join(' ')).toContain(
    'CLOUDFLARE_API_TOKEN_ACME is CLOUDFLARE_API_TOKEN_ACME_EU from now on',
  );
  const moved = await fresh().moveTenant({ id: 'acme-eu', toAccount: OTHER });
  expect(moved).toMatchObject({
    status: 'done',
    switched: [{ from: { accountId: ACCOUNT }, to: { accountId: OTHER }, retired: { endState: 'gone' } }],
  });
  expect(await project.read('tenants.csv')).toBe(
    `tenantId,accountId\nacme-eu,${OTHER}\nglobex,${ACCOUNT}\ninitech,${ACCOUNT}\n`,
  );
  expect((await fresh().status({ tenant: 'acme-eu' })).url).toBe('https://acme-eu-api.other.workers.dev');
  for (const id of ['acme-eu', 'globex']) {
    const removed = await fresh().removeTenant({ id });
    expect(removed).toMatchObject({ status: 'done', destroyed: [{ status: 'destroyed' }] });
  }
  const { orphans, results } = await fresh().statusAll({});
  expect(results.map(({ tenant, exists }) => [tenant, exists])).toEqual([['initech', true]]);
  expect(orphans).toMatchObject({ orphans: [], unknown: [] });
  expect((await fresh().prune({ accounts: [OTHER] })).orphans).toEqual([]);
});

test('routes, domains and consumers of queues go over to the new name, and a queue has one consumer all the time', async () => {
  await project.emulator.admin.seed({
    zones: [{ accountId: ACCOUNT, name: 'example.com' }],
    queues: [{ accountId: ACCOUNT, name: 'jobs' }],
  });
  await project.write(
    'workers/api/src/index.js',
    'export default { fetch: () => new Response("ok"), queue() {} };\n',
  );
  const file = JSON.parse(await project.read('workers/api/wrangler.jsonc')) as object;
  await project.write('workers/api/wrangler.jsonc', {
    ...file,
    workers_dev: true,
    routes: [
      { pattern: 'example.com/*', zone_name: 'example.com' },
      { pattern: 'api.example.com', custom_domain: true },
    ],
    queues: { consumers: [{ queue: 'jobs' }] },
  });
  const config = await project.read('cf-deploy.config.ts');
  await project.write('cf-deploy.config.ts', config.replace(/ {2}healthCheck.*\n/, ''));
  await fresh()
    .addTenant({ id: 'acme', fields: { accountId: ACCOUNT, healthCheck: 'false' } })
    .catch(() => undefined);
  await fresh()
    .addTenant({ id: 'acme', fields: { accountId: ACCOUNT } })
    .catch(() => undefined);
  expect((await fresh().deploy({ tenant: 'acme', verify: false })).error).toBeNull();
  const result = await fresh().renameTenant({ id: 'acme', to: 'beta' });
  expect(result).toMatchObject({ status: 'done', error: null });
  expect((await fresh().drift({ tenant: 'beta' })).changes).toEqual([]);
});

test.each<[string, string, object]>([
  [
    'Durable Objects with storage (Room)',
    'export class Room {}',
    {
      durable_objects: { bindings: [{ name: 'ROOM', class_name: 'Room' }] },
      migrations: [{ tag: 'v1', new_sqlite_classes: ['Room'] }],
    },
  ],
  [
    'Workflows with instances (orders)',
    'export class Orders {}',
    { workflows: [{ name: 'orders', binding: 'ORDERS', class_name: 'Orders' }] },
  ],
])('%s cannot be renamed or moved, which is said before anything is sent', async (what, code, fields) => {
  const source = await project.read('workers/api/src/index.js');
  await project.write('workers/api/src/index.js', `${source}\n${code}\n`);
  const file = JSON.parse(await project.read('workers/api/wrangler.jsonc')) as object;
  await project.write('workers/api/wrangler.jsonc', { ...file, ...fields });
  await fresh().addTenant({ id: 'acme', fields: { accountId: ACCOUNT } });
  expect((await fresh().deploy({ tenant: 'acme', verify: false })).error).toBeNull();
  const before = await project.read('tenants.csv');
  project.clear();
  for (const change of [
    () => fresh().renameTenant({ id: 'acme', to: 'zeta' }),
    () => fresh().moveTenant({ id: 'acme', toAccount: OTHER }),
  ])
    await expect(change()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `Worker acme-api has ${what}, which cannot go with it. Nothing was changed.`,
      hint: expect.stringContaining('add a second tenant in the other account') as string,
    });
  expect(project.writes()).toEqual([]);
  expect(await project.read('tenants.csv')).toBe(before);
});

test('what is only planned changes no file and sends no write', async () => {
  await three();
  const before = await project.read('tenants.csv');
  for (const plan of [
    await fresh().renameTenant({ id: 'acme', to: 'zeta', dryRun: true }),
    await fresh().moveTenant({ id: 'acme', toAccount: OTHER, dryRun: true }),
    await fresh().removeTenant({ id: 'acme', dryRun: true }),
    await fresh().addTenant({ id: 'zeta', fields: {}, dryRun: true }),
  ])
    expect(plan).toMatchObject({ status: 'planned', files: ['edit tenants.csv'] });
  expect(await project.read('tenants.csv')).toBe(before);
  expect(project.writes()).toEqual([]);
});

test('a change that is not agreed to, or cannot be deployed there, leaves files and account as they were', async () => {
  await three();
  const before = await project.read('tenants.csv');
  const confirm = async (): Promise<boolean> => false;
  for (const change of [
    () => fresh().renameTenant({ id: 'acme', to: 'zeta', confirm }),
    () => fresh().moveTenant({ id: 'acme', toAccount: OTHER, confirm }),
    () => fresh().removeTenant({ id: 'acme', confirm }),
  ])
    await expect(change()).rejects.toMatchObject({ code: 'NOT_CONFIRMED' });
  await expect(fresh().moveTenant({ id: 'acme', toAccount: 'f'.repeat(32) })).rejects.toMatchObject({
    code: 'PERMISSION_DENIED',
  });
  expect(await project.read('tenants.csv')).toBe(before);
  expect(project.writes()).toEqual([]);
});

test('a rename that was killed after the new Worker was there is gone on with by the same command', async () => {
  await three();
  const dying = fresh({
    fetch: async (input, init) => {
      const request = toRequest(input, init);
      if (request.method === 'DELETE') {
        return Response.json(
          { success: false, result: null, messages: [], errors: [{ code: 10013, message: 'later' }] },
          { status: 500 },
        );
      }
      return project.emulator.fetch(request);
    },
  });
  const first = await dying.renameTenant({ id: 'acme', to: 'zeta' });
  expect(first).toMatchObject({
    status: 'failed',
    notes: [
      expect.stringContaining('goes on where this one stopped') as string,
      expect.anything(),
      expect.anything(),
    ],
  });
  const again = await fresh().renameTenant({ id: 'acme', to: 'zeta' });
  expect(again).toMatchObject({ status: 'done', switched: [{ retired: { status: 'destroyed' } }] });
  expect((await fresh().statusAll({})).orphans?.orphans).toEqual([]);
});

test('a tenant that stays deployed is an orphan when its row is gone', async () => {
  await three();
  const { notes } = await fresh().removeTenant({ id: 'acme', keepDeployed: true });
  expect(notes).toEqual(['What is deployed stays, and is an orphan from now on: cf-deploy prune.']);
  expect((await fresh().planPrune()).orphans).toMatchObject([{ scriptName: 'acme-api', was: 'acme/api' }]);
});

test.each([
  ['acme', 'There is a tenant "acme" already.'],
  ['ACME', 'There is a tenant "acme" already.'],
  ['../evil', '"../evil" cannot be the id of a tenant.'],
  ['a\u0000b', String.raw`"a\u{0}b" cannot be the id of a tenant.`],
])('the id %j is refused', async (id, message) => {
  await fresh().addTenant({ id: 'acme', fields: { accountId: ACCOUNT } });
  const before = await project.read('tenants.csv');
  await expect(fresh().addTenant({ id, fields: {} })).rejects.toMatchObject({ code: 'USAGE', message });
  expect(await project.read('tenants.csv')).toBe(before);
});

test('a tenant that would not resolve, or needs a column that is not there, is not added', async () => {
  await expect(fresh().addTenant({ id: 'acme', fields: { accountId: 'nonsense' } })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  });
  await expect(
    fresh().addTenant({ id: 'acme', fields: { accountId: ACCOUNT, 'labels.plan': 'pro' } }),
  ).rejects.toMatchObject({ code: 'NOT_EDITABLE', message: 'tenants.csv has no column `labels.plan`.' });
  expect(await project.read('tenants.csv')).toBe('tenantId,accountId\n');
});

test('tenants made by code, linked tables and generated ones are left to whoever makes them', async () => {
  const config = await project.read('cf-deploy.config.ts');
  await project.write(
    'cf-deploy.config.ts',
    config.replace('workers: {', `tenants: [{ tenantId: 'coded', accountId: '${ACCOUNT}' }],\n  workers: {`),
  );
  await expect(fresh().removeTenant({ id: 'coded' })).rejects.toMatchObject({
    code: 'NOT_EDITABLE',
    message: 'The tenant "coded" is made by code in cf-deploy.config.ts, which is not edited for you.',
  });
  await rm(join(project.root, 'tenants.csv'));
  await project.write(
    'tenants.yaml',
    `# Generated by the billing export.\n- tenantId: acme\n  accountId: "${ACCOUNT}"\n`,
  );
  await expect(fresh().renameTenant({ id: 'acme', to: 'b' })).rejects.toMatchObject({ code: 'NOT_EDITABLE' });
});

describe('init', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cf-deploy-init-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('adds to a wrangler project only what is needed, and overwrites nothing', async () => {
    const wrangler = '{ "name": "mine", "main": "a.js", "compatibility_date": "2026-02-01" }';
    await writeFile(join(folder, 'wrangler.json'), wrangler);
    await writeFile(join(folder, '.gitignore'), 'node_modules\r\ndist/');
    const { kind, files } = await initProject(folder);
    expect([kind, files]).toEqual(['wrangler', ['write cf-deploy.config.ts', 'edit .gitignore']]);
    expect(await readFile(join(folder, '.gitignore'), 'utf8')).toBe(
      'node_modules\r\ndist/\r\n.cf-deploy/\r\n.env*\r\n!.env.example\r\ndeployments/\r\n',
    );
    expect(await readFile(join(folder, 'wrangler.json'), 'utf8')).toBe(wrangler);
    expect((await initProject(folder)).files).toEqual([]);
  });

  test('keeps what an own folder has', async () => {
    await writeFile(join(folder, 'README.md'), '# Mine\n');
    const { kept } = await initProject(folder);
    expect(kept).toEqual(['README.md']);
    expect(await readFile(join(folder, 'README.md'), 'utf8')).toBe('# Mine\n');
  });

  test('a dry run writes nothing', async () => {
    expect((await initProject(folder, { dryRun: true })).files).toContain('write tenants.csv');
    await expect(readFile(join(folder, 'tenants.csv'))).rejects.toThrow('ENOENT');
  });
});
