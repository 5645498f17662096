import { describe, expect, it } from 'vitest';
import { resolveWorker } from '../../src/resolve/resolve-worker.ts';
import type { ResolvedResult } from '../../src/resolve/resolve-loaded.ts';
import type { ResolvedWorker } from '../../src/resolve/resolved-worker.ts';
import { ACCOUNT, kv, SHARED, shown, writeFiles } from './support.ts';

const BASE = {
  name: 'api',
  main: 'src/index.js',
  compatibility_date: '2026-02-01',
  vars: { TENANT: 'local', REGION: 'eu' },
  kv_namespaces: [
    { binding: 'CACHE', id: kv('1') },
    { binding: 'CONFIG', id: kv('2') },
  ],
  queues: { producers: [{ binding: 'JOBS', queue: 'jobs' }], consumers: [{ queue: 'jobs', max_retries: 3 }] },
  durable_objects: { bindings: [{ name: 'ROOM', class_name: 'Room', script_name: 'rooms' }] },
  routes: ['api.example.com/*'],
  triggers: { crons: ['0 * * * *'] },
  limits: { cpu_ms: 50 },
  env: {
    staging: { vars: { TENANT: 'local' }, kv_namespaces: [{ binding: 'CACHE', id: kv('3') }], routes: [] },
    production: {
      name: 'api-live',
      vars: { TENANT: 'local' },
      kv_namespaces: [{ binding: 'CACHE', id: kv('4') }],
    },
  },
};

/** Resolves one tenant of a table with these overrides over the base. */
async function resolveWith(
  overrides: object,
  options: {
    readonly env?: string;
    readonly common?: string;
    readonly base?: object;
    readonly tenant?: object;
  } = {},
): Promise<ResolvedResult> {
  const row = {
    tenantId: 'acme',
    accountId: ACCOUNT,
    labels: { region: 'us' },
    overrides,
    ...options.tenant,
  };
  const root = await writeFiles({
    ...SHARED,
    'workers/api/wrangler.jsonc': JSON.stringify({ ...BASE, ...options.base }, undefined, 2),
    'cf-deploy.config.ts': `export default { workers: { api: { path: 'workers/api'${
      options.common === undefined ? '' : `, overrides: ${options.common}`
    } } } };\n`,
    'tenants.jsonl': JSON.stringify(row),
  });
  return resolveWorker({ rootDir: root, tenant: 'acme', env: options.env ?? '' });
}

async function worker(...args: Parameters<typeof resolveWith>): Promise<ResolvedWorker> {
  const result = await resolveWith(...args);
  if (result.worker === null) throw new Error(result.findings.map(({ message }) => message).join('\n'));
  return result.worker;
}

const binding = ({ bindings }: ResolvedWorker, name: string): object | undefined =>
  bindings.find((each) => each.name === name);

describe('what differs', () => {
  it('merges bindings by name: one takes another id, the rest stays', async () => {
    const resolved = await worker({
      kv_namespaces: { CACHE: { id: kv('7') } },
      queues: { producers: { JOBS: { queue: 'acme-jobs' } }, consumers: { jobs: { queue: 'acme-jobs' } } },
      durable_objects: { bindings: { ROOM: { script_name: 'acme-rooms' } } },
    });
    expect(binding(resolved, 'CACHE')).toMatchObject({ namespace_id: kv('7') });
    expect(binding(resolved, 'CONFIG')).toMatchObject({ namespace_id: kv('2') });
    expect(binding(resolved, 'JOBS')).toMatchObject({ queue_name: 'acme-jobs' });
    expect(binding(resolved, 'ROOM')).toMatchObject({ class_name: 'Room', script_name: 'acme-rooms' });
    expect(resolved.triggers.queueConsumers).toMatchObject([
      { queue: 'acme-jobs', settings: { max_retries: 3 } },
    ]);
  });

  it('may be written as a list, as the wrangler file has it', async () => {
    const resolved = await worker({ kv_namespaces: [{ binding: 'CACHE', id: kv('7') }] });
    expect(binding(resolved, 'CACHE')).toMatchObject({ namespace_id: kv('7') });
    expect(binding(resolved, 'CONFIG')).toMatchObject({ namespace_id: kv('2') });
  });

  it('merges variables by key and objects by field', async () => {
    const resolved = await worker({
      vars: { REGION: { continent: 'asia' } },
      limits: { cpu_ms: 10, subrequests: 5 },
    });
    expect(binding(resolved, 'TENANT')).toMatchObject({ text: 'local' });
    expect(binding(resolved, 'REGION')).toMatchObject({ json: { continent: 'asia' } });
    expect(resolved.runtime.limits).toEqual({ cpu_ms: 10, subrequests: 5 });
  });

  it('replaces routes and crons, or adds to them as said', async () => {
    const replaced = await worker({ routes: ['acme.com/*'], triggers: { crons: ['5 * * * *'] } });
    expect(replaced.triggers.routes).toEqual([{ pattern: 'acme.com/*' }]);
    expect(replaced.triggers.crons).toEqual(['5 * * * *']);
    const added = await worker({
      routes: { add: ['acme.com/*'] },
      triggers: { crons: { add: ['5 * * * *'] } },
    });
    expect(added.triggers.routes?.map(({ pattern }) => pattern)).toEqual(['api.example.com/*', 'acme.com/*']);
    expect(added.triggers.crons).toEqual(['0 * * * *', '5 * * * *']);
  });

  it('removes with null', async () => {
    const resolved = await worker({
      kv_namespaces: { CONFIG: null },
      vars: { REGION: null },
      limits: { cpu_ms: null },
      routes: null,
    });
    expect(resolved.bindings.map(({ name }) => name)).toEqual(['TENANT', 'CACHE', 'ROOM', 'JOBS']);
    expect(resolved.runtime.limits).toEqual({});
    expect(resolved.triggers.routes).toBeUndefined();
  });

  it('is for all environments that have it, or for one', async () => {
    const overrides = {
      name: 'acme',
      vars: { TENANT: 'acme' },
      kv_namespaces: { CACHE: { id: kv('7') } },
      env: { production: { kv_namespaces: { CACHE: { id: kv('8') } }, routes: { add: ['acme.com/*'] } } },
    };
    const staging = await worker(overrides, { env: 'staging' });
    expect(staging.scriptName).toBe('acme-staging');
    expect(binding(staging, 'CACHE')).toMatchObject({ namespace_id: kv('7') });
    expect(binding(staging, 'TENANT')).toMatchObject({ text: 'acme' });
    const production = await worker(overrides, { env: 'production' });
    expect(production.scriptName).toBe('acme-production');
    expect(binding(production, 'CACHE')).toMatchObject({ namespace_id: kv('8') });
    // An environment inherits routes, so it adds to those.
    expect(production.triggers.routes?.map(({ pattern }) => pattern)).toEqual([
      'api.example.com/*',
      'acme.com/*',
    ]);
  });

  it('comes from the project for every tenant, and the tenant has the last word', async () => {
    const common = `{ name: 'api-\${tenant.id}', vars: { REGION: 'common', TENANT: '\${tenant.id}' } }`;
    const resolved = await worker({ vars: { REGION: 'own' } }, { common });
    expect(resolved.scriptName).toBe('api-acme');
    expect(binding(resolved, 'REGION')).toMatchObject({ text: 'own' });
    expect(binding(resolved, 'TENANT')).toMatchObject({ text: 'acme' });
  });

  it('is a typed function where logic is needed', async () => {
    const common = `({ tenant, env, worker }) => ({
      name: [worker, tenant.id].join('-'),
      vars: { REGION: tenant.labels.region === 'us' ? 'america' : 'europe' },
      ...(env === 'production' ? { routes: ['live.com/*'] } : {}),
    })`;
    const resolved = await worker({}, { common, env: 'production' });
    expect(resolved).toMatchObject({
      scriptName: 'api-acme-production',
      triggers: { routes: [{ pattern: 'live.com/*' }] },
    });
    expect(resolved.origins['routes[0]']).toMatchObject({
      from: 'code',
      place: { file: 'cf-deploy.config.ts' },
    });
  });

  it.each([
    ['throws', `() => { throw new Error('no region'); }`, 'threw: no region'],
    ['gives nothing', `() => null`, 'gave null'],
    ['gives a promise', `async () => ({})`, 'gave a promise'],
  ])('is refused from a function that %s', async (_what, common, message) => {
    const { worker: resolved, findings } = await resolveWith({}, { common });
    expect(resolved).toBeNull();
    expect(findings[0]?.message).toContain(message);
  });
});

describe('references', () => {
  it('stand for facts of the tenant, the environment and the Worker', async () => {
    const text =
      '${tenant.id} ${tenant.labels.region} ${tenant.accountId} ${env} ${worker} ${tenant.rateLimit.burst} $${x}';
    const resolved = await worker(
      { vars: { TENANT: text } },
      { env: 'staging', tenant: { rateLimit: { burst: 5 } } },
    );
    expect(binding(resolved, 'TENANT')).toMatchObject({ text: `acme us ${ACCOUNT} staging api 5 \${x}` });
  });

  it.each([
    ['${tenant.labels.regoin}', 'Did you mean ${tenant.labels.region}?'],
    ['${tenant.toString}', 'Logic goes into a function'],
    ['${tenant.id.toUpperCase()}', 'Logic goes into a function'],
    ['${process.env.TOKEN}', 'Logic goes into a function'],
    ['${env}', 'name one with --env'],
    ['${tenant.id', 'Close it with }'],
  ])('that are unknown are errors with their place: %s', async (text, hint) => {
    const { worker: resolved, findings } = await resolveWith({ vars: { TENANT: text } });
    expect(resolved).toBeNull();
    expect(findings.map(({ code }) => code)).toEqual(['reference-unknown']);
    expect(findings[0]?.hint).toContain(hint);
    expect(findings[0]?.place).toMatchObject({ file: 'tenants.jsonl', line: 1 });
  });

  it('to the environment are its own name where overrides are for one environment', async () => {
    const overrides = { env: { staging: { vars: { TENANT: '${tenant.id}-${env}' } } } };
    expect(await worker(overrides)).toMatchObject({ environment: null });
    expect(binding(await worker(overrides, { env: 'stg' }), 'TENANT')).toMatchObject({
      text: 'acme-staging',
    });
  });

  it('mean nothing in an ordinary wrangler file', async () => {
    const resolved = await worker({}, { base: { vars: { TENANT: '${tenant.id}' } } });
    expect(binding(resolved, 'TENANT')).toMatchObject({ text: '${tenant.id}' });
  });
});

describe('overlays that patch nothing', () => {
  it.each([
    ['a binding', { kv_namespaces: { CASHE: { id: kv('7') } } }, 'Did you mean "CACHE"?'],
    ['a binding in a list', { kv_namespaces: [{ binding: 'CASHE', id: kv('7') }] }, 'Did you mean "CACHE"?'],
    [
      'a binding of a kind the base has none of',
      { d1_databases: { DB: { database_id: 'x' } } },
      'Add it to the Worker itself',
    ],
    ['the removal of a binding', { kv_namespaces: { CASHE: null } }, 'Did you mean "CACHE"?'],
    ['a variable', { vars: { REGOIN: 'x' } }, 'Did you mean "REGION"?'],
    ['a field that is not there to remove', { placement: null }, 'Add it to the Worker itself'],
    ['an environment', { env: { prodution: {} } }, 'Did you mean "production"?'],
    [
      'a binding of one environment',
      { env: { staging: { kv_namespaces: { CONFIG: { id: kv('7') } } } } },
      'Add it to the Worker itself',
    ],
  ])('are errors: %s', async (_what, overrides, hint) => {
    const { worker: resolved, findings } = await resolveWith(overrides);
    const errors = findings.filter(({ severity }) => severity === 'error');
    expect(resolved).toBeNull();
    expect(errors.map(({ code }) => code)).toEqual(['overlay-patches-nothing']);
    expect(errors[0]?.hint).toContain(hint);
    expect(errors[0]?.place?.file).toBe('tenants.jsonl');
  });

  it('and fields that do not exist are errors at their own place', async () => {
    const { findings } = await resolveWith({ compat_date: '2026-01-01' });
    expect(findings.map(shown)).toEqual([expect.stringMatching(/^tenants\.jsonl:1:\d+ unknown-field$/)]);
  });
});

describe('origins', () => {
  it('say for every value which file and line it came from', async () => {
    const common = `{ vars: { TENANT: '\${tenant.id}' } }`;
    const { origins } = await worker({ kv_namespaces: { CACHE: { id: kv('7') } } }, { common });
    expect(origins['vars.REGION']).toMatchObject({
      from: 'base',
      place: { file: 'workers/api/wrangler.jsonc', line: 7 },
    });
    expect(origins['vars.TENANT']).toMatchObject({
      from: 'overlay',
      place: { file: 'cf-deploy.config.ts', line: 1 },
    });
    expect(origins['kv_namespaces[0].id']).toMatchObject({
      from: 'table',
      place: { file: 'tenants.jsonl', line: 1 },
    });
    expect(origins['kv_namespaces[0].binding']).toMatchObject({ from: 'base' });
    expect(origins['kv_namespaces[1].id']).toMatchObject({ from: 'base', place: { line: 16 } });
  });
});
