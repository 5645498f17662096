import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '@cf-deploy/deployer';
import { afterEach, expect, test } from 'vitest';
import type { Finding } from '../../src/findings/finding.ts';
import {
  ACCOUNT,
  createFakeRuntime,
  HEALTHY,
  KV,
  startProject,
  tenantFile,
  wranglerFile,
  type TestProject,
} from '../support/project.ts';

let project: TestProject | undefined;

afterEach(async () => {
  await project?.close();
  project = undefined;
});

type Fields = Readonly<Record<string, unknown>>;

const other = KV.replaceAll('a', 'b');
const kv = (id: string): Fields => ({ kv_namespaces: [{ binding: 'CACHE', id }] });
const UUID = '11111111-2222-4333-8444-555555555555';

/** Two tenants in one account, each with these fields over a wrangler file of its own name and namespace. */
async function two(
  acme: Fields,
  beta: Fields,
  more: { readonly config?: string } = {},
): Promise<TestProject> {
  project = await startProject({ tenants: [], emulator: { runtime: createFakeRuntime } });
  for (const [tenant, fields, id] of [
    ['acme', acme, KV],
    ['beta', beta, other],
  ] as const) {
    await project.write(`tenants/${tenant}/wrangler.json`, wranglerFile(tenant, { ...kv(id), ...fields }));
    await project.write(`tenants/${tenant}/tenant.config.json`, tenantFile(tenant, { healthCheck: false }));
    await project.write(`tenants/${tenant}/src/index.js`, HEALTHY);
  }
  if (more.config !== undefined) await project.write('cf-deploy.config.js', more.config);
  return project;
}

const lines = (findings: readonly Finding[] | undefined): readonly string[] =>
  (findings ?? []).map(({ severity, code, place }) => `${severity} ${code} ${place?.file ?? '-'}`);

const REFUSED: readonly (readonly [string, Fields, Fields, string])[] = [
  ['the same Worker in one account', { name: 'shop' }, { name: 'shop' }, 'same-worker'],
  [
    'a Worker whose environment has the name of another tenant’s',
    {},
    { env: { staging: { name: 'acme', ...kv(other) } } },
    'same-worker',
  ],
  ['the same route', { routes: ['Example.com/*'] }, { routes: ['example.com/*'] }, 'same-route'],
  [
    'the same custom domain',
    { routes: [{ pattern: 'shop.example.com', custom_domain: true }] },
    { routes: [{ pattern: 'shop.example.com', custom_domain: true }] },
    'same-custom-domain',
  ],
  [
    'the same queue',
    { queues: { consumers: [{ queue: 'jobs' }] } },
    { queues: { consumers: [{ queue: 'jobs' }] } },
    'same-queue-consumer',
  ],
  ['the same KV namespace', {}, kv(KV), 'shared-resource'],
  [
    'the same database',
    { d1_databases: [{ binding: 'DB', database_id: UUID }] },
    { d1_databases: [{ binding: 'STORE', database_id: UUID }] },
    'shared-resource',
  ],
  [
    'the same bucket',
    { r2_buckets: [{ binding: 'FILES', bucket_name: 'files' }] },
    { r2_buckets: [{ binding: 'FILES', bucket_name: 'files' }] },
    'shared-resource',
  ],
  [
    'the same index',
    { vectorize: [{ binding: 'INDEX', index_name: 'words' }] },
    { vectorize: [{ binding: 'INDEX', index_name: 'words' }] },
    'shared-resource',
  ],
];

test.each(REFUSED)(
  'two tenants with %s are refused before anything is sent',
  async (_what, acme, beta, code) => {
    const { deployer, calls } = await two(acme, beta);

    const { findings } = await deployer.validateAll({});
    expect(lines(findings)).toEqual([`error ${code} tenants/beta/wrangler.json`]);

    // The one that is not deployed is in the way all the same.
    for (const selection of [{}, { only: ['acme'] }, { continueOnError: true }]) {
      await expect(deployer.deployAll({ env: '', ...selection })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        exitCode: 3,
        findings: [{ code }],
      });
    }
    // Nor is one alone, and what only looks at it says the same.
    await expect(deployer.deploy({ tenant: 'beta', env: '' })).rejects.toMatchObject({
      findings: [{ code }],
    });
    const alone = await deployer.validate({ tenant: 'beta', env: '' });
    expect(alone.valid).toBe(false);
    expect(lines(alone.findings)).toContain(`error ${code} tenants/beta/wrangler.json`);
    expect(calls).toEqual([]);
    const planned = await deployer.plan({ tenant: 'beta', env: '' });
    expect(lines(planned.findings)).toContain(`error ${code} tenants/beta/wrangler.json`);

    // A plan only reads, and says the same, whichever tenant it is made for.
    for (const selection of [{}, { only: ['acme'] }]) {
      const plan = await deployer.planAll({ env: '', ...selection });
      expect(lines(plan.findings)).toEqual([`error ${code} tenants/beta/wrangler.json`]);
    }
  },
);

test('two environments with one Worker are refused before anything is sent, also in a project of one tenant', async () => {
  const named = (name: string): Fields => ({ name, ...kv(KV) });
  const env = { staging: named('shop'), production: named('shop'), dev: named('shop-dev') };
  const { deployer, calls, root } = await two({ env }, {});
  for (const only of ['beside another', 'alone']) {
    if (only === 'alone') await rm(join(root, 'tenants/beta'), { recursive: true });
    for (const name of ['staging', 'production']) {
      const target = { tenant: 'acme', env: name };
      await expect(project?.another().deploy(target)).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        findings: [{ code: 'same-worker', place: { file: 'tenants/acme/wrangler.json' } }],
      });
      expect((await project?.another().validate(target))?.valid).toBe(false);
    }
    await expect(deployer.deployAll({ env: 'production' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(calls).toEqual([]);
    // The one that has a Worker of its own is in nobody's way.
    expect((await deployer.validate({ tenant: 'acme', env: 'dev' })).valid).toBe(true);
  }
});

test('one Worker, queue and namespace in two accounts are two', async () => {
  const fields = { name: 'shop', ...kv(KV), queues: { consumers: [{ queue: 'jobs' }] } };
  const { deployer, write } = await two(fields, fields);
  await write(
    'tenants/beta/tenant.config.json',
    tenantFile('beta', { accountId: ACCOUNT.replaceAll('0', 'f') }),
  );
  expect((await deployer.validateAll({})).findings).toEqual([]);
});

test.each([
  ['by its id', `export default { sharedResources: ['${KV}'] };`],
  [
    'by the binding of a shared Worker',
    `export default {
      workers: { api: { path: 'workers/api', shared: ['CACHE'], overrides: { name: '\${tenant.id}' } } },
      tenants: [{ tenantId: 'one', accountId: '${ACCOUNT}' }, { tenantId: 'two', accountId: '${ACCOUNT}' }],
    };`,
  ],
])('a resource may be declared shared %s', async (_how, config) => {
  const { deployer, write } = await two({}, kv(other), { config });
  await write('workers/api/wrangler.json', wranglerFile('api', kv(other.replaceAll('b', 'c'))));
  await write('workers/api/src/index.js', HEALTHY);
  if (config.includes('sharedResources'))
    await write('tenants/beta/wrangler.json', wranglerFile('beta', kv(KV)));
  expect((await deployer.validateAll({})).findings).toEqual([]);
});

test('an environment that works on the data of production is a warning, whichever is asked for', async () => {
  const env = { production: kv(KV), staging: kv(KV) };
  const { deployer } = await two({ ...kv(KV.replaceAll('a', 'd')), env }, {});
  const { findings, results } = await deployer.validateAll({ env: '', only: ['acme'] });
  expect(lines(findings)).toEqual(['warning production-resource tenants/acme/wrangler.json']);
  expect(findings?.[0]?.message).toContain('"staging"');
  expect(results.map(({ valid }) => valid)).toEqual([true]);
});

test('tenants whose ids differ only in case are refused', async () => {
  const { deployer, write, calls } = await two({}, {});
  await write('tenants.csv', `tenantId,worker\nBeta,tenants/beta\n`);
  const { findings } = await deployer.validateAll({});
  expect(lines(findings)).toContain('error tenants-differ-in-case tenants.csv');
  await expect(deployer.deployAll({})).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(calls).toEqual([]);
});

test('1,000 rows with 300 broken ones: all are reported, and nothing is sent', async () => {
  const config = `export default { workers: { api: { path: 'tenants/acme', overrides: { name: '\${tenant.id}' }, shared: ['CACHE'] } } };`;
  const { deployer, write, calls } = await two({}, {}, { config });
  const rows = Array.from({ length: 1_000 }, (_, index) =>
    index % 10 < 3 ? `t-${index},${ACCOUNT},x` : `t-${index},${ACCOUNT}`,
  );
  await write('tenants.csv', ['tenantId,accountId', ...rows].join('\n'));
  const error: unknown = await deployer.deployAll({}).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  const { findings } = error as ConfigError;
  expect(findings.filter(({ code }) => code === 'column-count')).toHaveLength(300);
  expect(calls).toEqual([]);
});

test('a mistake in one tenant keeps all from being deployed, unless the others are to go on', async () => {
  const { deployer, calls } = await two({ compat_date: 'x' }, {});
  await expect(deployer.deployAll({})).rejects.toMatchObject({ findings: [{ code: 'unknown-field' }] });
  expect(calls).toEqual([]);
  await project?.emulator.admin.seed({ kvNamespaces: [{ accountId: ACCOUNT, id: other }] });
  const { summary } = await deployer.deployAll({ continueOnError: true });
  expect(summary).toEqual({ deployed: 1, failed: 1 });
});
