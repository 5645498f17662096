import { describe, expect, it } from 'vitest';
import { ACCOUNT, check, lines, resolved } from './support.ts';

describe('a resolved worker', () => {
  it('is plain data, frozen to the bottom', () => {
    const worker = resolved({ vars: { A: { deep: [1] } } });
    expect(JSON.parse(JSON.stringify(worker))).toEqual(worker);
    expect(Object.isFrozen(worker.bindings[0]?.['json'])).toBe(true);
  });

  it('has every default', () => {
    expect(resolved({})).toMatchObject({
      tenant: 'acme',
      environment: null,
      accountId: ACCOUNT,
      scriptName: 'shop',
      serviceName: 'shop',
      hasEnvironments: false,
      compatibilityFlags: [],
      keepVars: false,
      settings: {},
      runtime: {},
      triggers: { workersDev: true },
      codeUpdateStrategy: { mode: 'deferred', max_delay: 300 },
      build: {
        noBundle: false,
        keepNames: true,
        minify: false,
        sourceMaps: null,
        findAdditionalModules: null,
      },
      health: { path: '/health', expectStatus: [200], attempts: 10 },
      secrets: { required: [] },
    });
  });

  it('has absolute paths, relative to the wrangler file', () => {
    const { build, assets } = resolved({
      assets: { directory: 'public' },
      tsconfig: '../tsconfig.json',
      build: { command: 'make', cwd: 'app' },
      wasm_modules: { ADD: 'add.wasm' },
    });
    expect(build).toMatchObject({
      main: '/project/tenants/acme/src/index.ts',
      tsconfig: '/project/tenants/tsconfig.json',
      command: { command: 'make', cwd: '/project/tenants/acme/app', watchDir: ['/project/tenants/acme/src'] },
      wasmModules: { ADD: '/project/tenants/acme/add.wasm' },
    });
    expect(assets).toEqual({ directory: '/project/tenants/acme/public', binding: null, config: {} });
  });

  it('merges the secrets and drift rules of tenant and project', () => {
    const worker = resolved(
      { secrets: { required: ['A'] } },
      {
        tenant: { requiredSecrets: ['A', 'B'], drift: { ignore: ['crons'] } },
        project: { requiredSecrets: ['C'], drift: { ignore: ['settings.logpush'] } },
      },
    );
    expect(worker.secrets.required).toEqual(['A', 'B', 'C']);
    expect(worker.drift.ignore).toEqual(['settings.logpush', 'crons']);
  });

  it('takes the tenant’s health check over the project’s', () => {
    const project = { healthCheck: { path: '/status', attempts: 3 } };
    expect(resolved({}, { project }).health).toMatchObject({ path: '/status', attempts: 3 });
    expect(resolved({}, { project, tenant: { healthCheck: { attempts: 5 } } }).health).toMatchObject({
      path: '/status',
      attempts: 5,
    });
    expect(resolved({}, { project, tenant: { healthCheck: false } }).health).toBe(false);
  });

  it('says where each value comes from', () => {
    const { origins } = resolved(
      { vars: { A: 'x' }, env: { staging: { vars: { A: 'y' } } } },
      { env: 'staging', tenant: { healthCheck: { path: '/up' } }, project: { healthCheck: { attempts: 3 } } },
    );
    expect(origins['vars.A']).toMatchObject({ from: 'file', place: { line: 11 } });
    expect(origins['name']).toMatchObject({ from: 'inherited', place: { line: 2 } });
    expect(origins['minify']).toEqual({ from: 'default' });
    expect(origins['tenant.healthCheck.path']).toMatchObject({
      from: 'file',
      place: { file: 'tenants/acme/tenant.config.json' },
    });
    expect(origins['tenant.healthCheck.attempts']).toEqual({ from: 'project' });
  });
});

describe('environments', () => {
  const file = {
    main: 'src/index.ts',
    limits: { cpu_ms: 30 },
    triggers: { crons: ['0 0 * * *'] },
    vars: { STAGE: 'top' },
    kv_namespaces: [{ binding: 'CACHE', id: 'a'.repeat(32) }],
    tail_consumers: [{ service: 'tail' }],
    define: { X: '1' },
    alias: { a: './b' },
    keep_vars: true,
    env: {
      staging: { vars: { STAGE: 'staging' } },
      production: {
        name: 'shop-live',
        limits: { subrequests: 5 },
        triggers: { crons: [] },
        workers_dev: false,
      },
    },
  };

  it('inherit what wrangler inherits, and nothing else', () => {
    const worker = resolved(file, { env: 'stg' });
    expect(worker).toMatchObject({
      environment: 'staging',
      requestedEnvironment: 'stg',
      scriptName: 'shop-staging',
      serviceName: 'shop',
      hasEnvironments: true,
      runtime: { limits: { cpu_ms: 30 } },
      triggers: { crons: ['0 0 * * *'], workersDev: true },
      bindings: [{ name: 'STAGE', type: 'plain_text', text: 'staging' }],
      keepVars: true,
      build: { define: {}, alias: { a: './b' } },
      settings: {},
    });
  });

  it('replace a field whole', () => {
    expect(resolved(file, { env: 'production' })).toMatchObject({
      scriptName: 'shop-live',
      serviceName: 'shop',
      runtime: { limits: { subrequests: 5 } },
      triggers: { crons: [], workersDev: false },
    });
  });

  it('warn about the bindings they silently lack, by name', () => {
    const { findings } = check(file, { env: 'production' });
    expect(lines(findings).toSorted()).toEqual(
      [
        'warning environment-lacks-binding env.production.vars',
        'warning environment-lacks-binding env.production.kv_namespaces',
        'warning environment-lacks-field env.production.tail_consumers',
        'warning environment-lacks-field env.production.define',
      ].toSorted(),
    );
    expect(findings.map(({ message }) => message).join()).toContain('CACHE');
  });

  it('do not uncover the top level’s value when their own is wrong', () => {
    const { findings } = check(
      { name: 'shop', env: { staging: { compatibility_date: 5 } } },
      { env: 'staging' },
    );
    expect(lines(findings)).toEqual(['error wrong-type env.staging.compatibility_date']);
  });

  it('that are not defined use the top level with the suffix when the file has none, as wrangler does', () => {
    const { worker, findings } = check({ vars: { A: 'x' } }, { env: 'staging' });
    expect(worker).toMatchObject({
      scriptName: 'shop-staging',
      environment: 'staging',
      bindings: [{ name: 'A' }],
    });
    expect(lines(findings)).toEqual(['warning environment-undefined env']);
  });

  it.each(['../x', 'a b', '__proto__', 'stаging', 'a'.repeat(100)])('refuse the hostile name %j', (env) => {
    expect(lines(check({}, { env }).findings)).toEqual(['error environment-unknown env']);
  });

  it('must be objects', () => {
    expect(lines(check({ env: { staging: 'x' } }, { env: 'staging' }).findings)).toEqual([
      'error wrong-type env.staging',
    ]);
  });
});

describe('triggers', () => {
  it('tell routes and custom domains apart, and switch workers.dev off', () => {
    const { triggers } = resolved({
      routes: [
        'a.example.com/*',
        { pattern: 'b.example.com/*', zone_name: 'example.com' },
        { pattern: 'c.example.com', custom_domain: true, previews_enabled: true },
      ],
    });
    expect(triggers).toEqual({
      workersDev: false,
      routes: [{ pattern: 'a.example.com/*' }, { pattern: 'b.example.com/*', zoneName: 'example.com' }],
      customDomains: [{ hostname: 'c.example.com', previewsEnabled: true }],
    });
  });

  it('leave alone what the file does not say, and clear what it empties', () => {
    expect(resolved({}).triggers.crons).toBeUndefined();
    expect(resolved({ triggers: { crons: [] } }).triggers.crons).toEqual([]);
  });

  it('turn queue settings into the API’s', () => {
    const consumers = [
      { queue: 'a', max_batch_size: 5, max_batch_timeout: 3, max_concurrency: 2, dead_letter_queue: 'd' },
      { queue: 'b', type: 'http_pull', visibility_timeout_ms: 1000 },
    ];
    expect(resolved({ queues: { consumers } }).triggers.queueConsumers).toEqual([
      {
        queue: 'a',
        type: 'worker',
        deadLetterQueue: 'd',
        settings: { batch_size: 5, max_wait_time_ms: 3000, max_concurrency: 2 },
      },
      { queue: 'b', type: 'http_pull', settings: { visibility_timeout_ms: 1000 } },
    ]);
  });

  it('have own workflows only, bound or declared', () => {
    const { triggers } = resolved({
      workflows: [
        { binding: 'A', name: 'own', class_name: 'Own', schedules: '0 1 * * *' },
        { binding: 'B', name: 'foreign', class_name: 'Foreign', script_name: 'other' },
      ],
      exports: { Declared: { type: 'workflow', name: 'declared' } },
    });
    expect(triggers.workflows).toEqual([
      { name: 'own', className: 'Own', options: { schedules: [{ cron: '0 1 * * *' }] } },
      { name: 'declared', className: 'Declared', options: {} },
    ]);
  });
});
