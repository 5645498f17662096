import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Deployer, DeployerOptions, TenantResult } from '@cf-deploy/deployer';
import { LOCAL_TOKEN } from '@cf-deploy/emulator';
import { keepProject, type KeptProject } from '../support/kept-project.ts';
import { ACCOUNT, HEALTHY, type TestProject } from '../support/project.ts';
import { startTwoAccounts } from './two-accounts.ts';
import { dead, giveUpLocks, mortal } from '../support/mortal.ts';
import { toRequest } from '../support/request.ts';

let project: TestProject;
let kept: KeptProject;

beforeAll(async () => {
  project = await startTwoAccounts({ rateLimit: null });
  await project.emulator.admin.seed({ zones: [{ accountId: ACCOUNT, name: 'example.com' }] });
  // Two Workers that bind services of each other, one with a route that stays.
  const bound = (other: string): string =>
    `services: [{ binding: 'OTHER', service: '${other}-\${tenant.id}' }]`;
  await project.write(
    'cf-deploy.config.mjs',
    `export default { healthCheck: false, workers: {
      api: { path: 'workers/api', overrides: { name: 'api-\${tenant.id}', ${bound('auth')} } },
      auth: { path: 'workers/auth', overrides: { name: 'auth-\${tenant.id}', ${bound('api')} } },
    } };`,
  );
  for (const name of ['api', 'auth']) {
    await project.write(`workers/${name}/src/index.js`, HEALTHY);
    await project.write(`workers/${name}/wrangler.json`, {
      name,
      main: 'src/index.js',
      compatibility_date: '2026-02-01',
      services: [{ binding: 'OTHER', service: 'x' }],
      ...(name === 'api' ? { routes: [{ pattern: 'example.com/*', zone_name: 'example.com' }] } : {}),
    });
  }
  await project.write('tenants.csv', `tenantId,accountId\nacme,${ACCOUNT}\n`);
  const { results } = await project.another().deployAll({});
  const failed = results.find(({ error }) => error !== null);
  if (failed !== undefined) throw new Error(`nothing to begin with: ${failed.error?.message ?? ''}`);
  kept = keepProject(project);
});

beforeEach(async () => {
  project = await kept.again();
});

afterAll(() => kept.close());

const rename = (deployer: Deployer): Promise<TenantResult> =>
  deployer.renameTenant({ id: 'acme', to: 'zeta' });

const API = 'https://api.cloudflare.com/client/v4';
const asked = (url: string): Promise<Response> =>
  project.emulator.fetch(new Request(url, { headers: { authorization: `Bearer ${LOCAL_TOKEN}` } }));

/** Names of the scripts in the account, and what the route leads to. */
async function account(): Promise<{
  readonly scripts: readonly string[];
  readonly route: string | undefined;
}> {
  const scripts = ['api-acme', 'auth-acme', 'api-zeta', 'auth-zeta'];
  const listed = await Promise.all(
    scripts.map(async (name) => {
      const url = `${API}/accounts/${ACCOUNT}/workers/scripts/${name}/settings`;
      return (await asked(url)).ok ? [name] : [];
    }),
  );
  const zones = (await (await asked(`${API}/zones`)).json()) as {
    readonly result: { readonly id: string }[];
  };
  const routes = await asked(`${API}/zones/${zones.result[0]?.id}/workers/routes`);
  const { result } = (await routes.json()) as { readonly result: { readonly script: string }[] };
  return { scripts: listed.flat(), route: result[0]?.script };
}

async function isWhole(): Promise<void> {
  const { results } = await project.another().driftAll({});
  expect(
    results.flatMap((each) => each.changes.map(({ path, desired, actual }) => [path, desired, actual])),
  ).toEqual([]);
  expect(await project.read('tenants.csv')).toBe(`tenantId,accountId\nzeta,${ACCOUNT}\n`);
  expect((await project.another().statusAll({})).orphans).toMatchObject({ orphans: [], unknown: [] });
}

test('a tenant whose Workers need each other is renamed, and has a record of it', async () => {
  const result = await rename(project.another());
  expect(result).toMatchObject({ status: 'done', error: null });
  expect(
    result.switched.map(({ from, to, retired }) => [from.scriptName, to.scriptName, retired?.status]),
  ).toEqual(
    [
      ['auth-acme', 'auth-zeta', 'destroyed'],
      ['api-acme', 'api-zeta', 'destroyed'],
    ].toSorted(),
  );
  const record = JSON.parse(await project.read(result.record ?? '')) as Record<string, unknown>;
  expect(result.record).toMatch(/^deployments\/tenant-rename-acme-.*\.json$/);
  expect(record).toMatchObject({
    kind: 'tenant-rename',
    what: 'tenant rename acme zeta',
    status: 'done',
    from: 'acme',
    to: 'zeta',
    error: null,
    workers: [{ retired: { endState: 'gone' } }, { deployed: { endState: 'live' } }],
  });
  expect(record['by']).not.toBeUndefined();
  await isWhole();
});

test('another change of a tenant than the one that is under way is refused by name', async () => {
  const failing: DeployerOptions['fetch'] = async (input, init) => {
    const request = toRequest(input, init);
    const errors = [{ code: 10013, message: 'later' }];
    return request.method === 'DELETE'
      ? Response.json({ success: false, result: null, messages: [], errors }, { status: 500 })
      : project.emulator.fetch(request);
  };
  const first = await rename(project.another({ fetch: failing }));
  expect(first.status).toBe('failed');
  expect(JSON.parse(await project.read(first.record ?? ''))).toMatchObject({ status: 'failed' });
  await expect(project.another().renameTenant({ id: 'acme', to: 'beta' })).rejects.toMatchObject({
    code: 'USAGE',
    message: 'Another change of acme is under way: tenant rename acme zeta.',
  });
  expect((await rename(project.another())).record).toBe(first.record);
  await isWhole();
});

/** A sample; CI goes through all. */
const STEP = process.env['CF_DEPLOY_RESUMED_RUNS'] === undefined ? 19 : 1;
const CALLS = Array.from({ length: 90 }, (_, index) => index + 1).filter((call) => call % STEP === 0);

test.each(CALLS)(
  'killed at call %i, a rename is gone on with, and a Worker was live all the time',
  async (call) => {
    const { deployer, died } = mortal(project, call, call % 2 === 0);
    await Promise.race([died, rename(deployer).catch(() => undefined)]);
    await giveUpLocks(project);
    await rm(join(project.root, '.cf-deploy', 'locks'), { recursive: true, force: true });
    const { scripts, route } = await account();
    for (const name of ['api', 'auth']) expect(scripts.some((script) => script.startsWith(name))).toBe(true);
    expect(route).toMatch(/api-(acme|zeta)/);
    const isDone =
      (await project.read('tenants.csv')).includes('zeta') && scripts.every((name) => name.endsWith('zeta'));
    const again = await rename(project.another({ runner: dead('two') })).catch((error: Error) => error);
    expect(isDone || (!(again instanceof Error) && again.status === 'done')).toBe(true);
    await isWhole();
  },
);

test.each(CALLS)(
  'with a fault at call %i, a rename tells the truth, and the next one ends it',
  async (call) => {
    let calls = 0;
    const faulty: DeployerOptions['fetch'] = async (input, init) => {
      calls += 1;
      const errors = [{ code: 10000, message: 'no' }];
      return calls === call
        ? Response.json({ success: false, result: null, messages: [], errors }, { status: 403 })
        : project.emulator.fetch(toRequest(input, init));
    };
    const first = await rename(project.another({ fetch: faulty })).catch((error: Error) => error);
    const { scripts, route } = await account();
    for (const name of ['api', 'auth']) expect(scripts.some((script) => script.startsWith(name))).toBe(true);
    expect(route).toMatch(/api-(acme|zeta)/);
    const isDone = !(first instanceof Error) && first.status === 'done';
    expect(isDone || (await rename(project.another())).status === 'done').toBe(true);
    await isWhole();
  },
);
