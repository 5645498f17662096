import { describe, expect, it } from 'vitest';
import { ACCOUNT, check, type CheckOptions, lines } from './support.ts';

type Case = readonly [string, Readonly<Record<string, unknown>>, readonly string[], CheckOptions?];

const DO = (name: string, extra: object = {}): object => ({
  name: name.toUpperCase(),
  class_name: name,
  ...extra,
});

const CASES: readonly Case[] = [
  ['a smallest file is fine', {}, []],
  // names
  ['a name too long for a host', { name: 'a'.repeat(64) }, ['error invalid-name name']],
  [
    'an environment whose suffix makes the name invalid',
    { env: { 'EU.1': {} } },
    ['error invalid-name name'],
    { env: 'EU.1' },
  ],
  [
    'a name against the project’s rule',
    {},
    ['error naming-rule name'],
    { project: { workerName: /^acme-/ } },
  ],
  // accounts
  [
    'an account that is not allowed',
    {},
    ['error account-not-allowed accountId'],
    { project: { allowedAccounts: ['f'.repeat(32)] } },
  ],
  ['the same account in both files', { account_id: ACCOUNT.toUpperCase() }, []],
  [
    'an empty account_id, as old templates have it',
    { account_id: '', route: '' },
    ['warning empty-field account_id', 'warning empty-field route'],
  ],
  // entry
  ['a Python entry', { main: 'src/entry.py' }, ['error unsupported-field main']],
  ['an entry that is a folder', { main: 'public' }, ['error file-missing main']],
  ['an entry without its extension', { main: 'src/index' }, []],
  ['an entry that a build will write', { main: 'dist/out.js', build: { command: 'make' } }, []],
  [
    'a variable that looks like a secret',
    { vars: { PAYMENT_TOKEN: 'f3a9c27b51d84e60' } },
    ['warning secret-in-vars vars.PAYMENT_TOKEN'],
  ],
  // compatibility
  [
    'a day that does not exist',
    { compatibility_date: '2026-02-30' },
    ['error compatibility-date compatibility_date'],
  ],
  [
    'a date before the first one',
    { compatibility_date: '2020-01-01' },
    ['warning compatibility-date compatibility_date'],
  ],
  ['a date of today', { compatibility_date: '2026-11-23' }, []],
  ['a date in words', { compatibility_date: 'February 2026' }, ['error invalid-value compatibility_date']],
  [
    'flags that contradict each other',
    { compatibility_flags: ['nodejs_compat', 'no_nodejs_compat'] },
    ['error compatibility-flag compatibility_flags[0]'],
  ],
  [
    'a flag written twice',
    { compatibility_flags: ['a', 'a'] },
    ['error compatibility-flag compatibility_flags[1]'],
  ],
  // bindings
  [
    'a secret with the name of a variable',
    { vars: { KEY: 'x' }, secrets: { required: ['KEY'] } },
    ['error duplicate-binding secrets.required[0]'],
  ],
  [
    'the same name twice in one section',
    {
      r2_buckets: [
        { binding: 'A', bucket_name: 'one' },
        { binding: 'A', bucket_name: 'two' },
      ],
    },
    ['error duplicate-binding r2_buckets[1].binding'],
  ],
  ['a name that env.NAME cannot reach', { vars: { 'my-var': 'x' } }, ['warning binding-name vars.my-var']],
  [
    'a binding without a resource',
    { queues: { producers: [{ binding: 'JOBS' }] } },
    ['warning binding-without-id queues.producers[0].binding'],
  ],
  [
    'a required binding that is missing',
    {},
    ['error missing-binding '],
    { tenant: { requiredBindings: ['DB'] } },
  ],
  [
    'a required secret counts as bound',
    { secrets: { required: ['KEY'] } },
    [],
    { tenant: { requiredBindings: ['KEY'] } },
  ],
  ['a project’s required binding', {}, ['error missing-binding '], { project: { requiredBindings: ['DB'] } }],
  [
    'a bucket name with an underscore',
    { r2_buckets: [{ binding: 'A', bucket_name: 'Bad_Bucket' }] },
    ['error invalid-value r2_buckets[0].bucket_name'],
  ],
  [
    'both destination fields of an e-mail binding',
    { send_email: [{ name: 'A', destination_address: 'a@b.c', allowed_destination_addresses: [] }] },
    ['error exclusive-fields send_email[0]'],
  ],
  [
    'a network with two ways',
    { vpc_networks: [{ binding: 'A', tunnel_id: 'x', network_id: 'y' }] },
    ['error exclusive-fields vpc_networks[0]'],
  ],
  [
    'an environment of a Durable Object without a script',
    {
      durable_objects: { bindings: [DO('Room', { environment: 'x' })] },
      migrations: [{ tag: 'v1', new_classes: ['Room'] }],
    },
    ['error missing-field durable_objects.bindings[0]'],
  ],
  [
    'a rate limit of 30 seconds',
    { ratelimits: [{ name: 'A', namespace_id: '1', simple: { limit: 1, period: 30 } }] },
    ['error invalid-value ratelimits[0].simple.period'],
  ],
  // Durable Objects
  [
    'migrations beside Durable Object exports',
    {
      migrations: [{ tag: 'v1', new_classes: ['A'] }],
      exports: { A: { type: 'durable-object', storage: 'sqlite' } },
    },
    ['error exclusive-fields migrations'],
  ],
  [
    'migrations beside other exports',
    { migrations: [{ tag: 'v1', new_classes: ['A'] }], exports: { default: { type: 'worker' } } },
    [],
  ],
  [
    'a migration without tag',
    { migrations: [{ new_classes: ['A'] }] },
    ['error missing-field migrations[0].tag'],
  ],
  [
    'a binding to a class that was deleted',
    {
      durable_objects: { bindings: [DO('A')] },
      migrations: [
        { tag: 'v1', new_classes: ['A'] },
        { tag: 'v2', deleted_classes: ['A'] },
      ],
    },
    ['error durable-object-class durable_objects.bindings[0].class_name'],
  ],
  ['a class of another Worker', { durable_objects: { bindings: [DO('A', { script_name: 'other' })] } }, []],
  [
    'a state of an export with a field of another one',
    { exports: { A: { type: 'durable-object', state: 'deleted', storage: 'sqlite' } } },
    ['error unknown-field exports.A.storage'],
  ],
  [
    'a live export without storage',
    { exports: { A: { type: 'durable-object' } } },
    ['error missing-field exports.A.storage'],
  ],
  // workflows and queues
  [
    'one workflow with two classes',
    {
      workflows: [
        { binding: 'A', name: 'w', class_name: 'A' },
        { binding: 'B', name: 'w', class_name: 'B' },
      ],
    },
    ['error duplicate-workflow workflows[1].name'],
  ],
  [
    'a workflow schedule that is no cron',
    { workflows: [{ binding: 'A', name: 'w', class_name: 'A', schedules: 'daily' }] },
    ['error cron-syntax workflows[0].schedules'],
  ],
  [
    'two consumers of one queue',
    { queues: { consumers: [{ queue: 'a' }, { queue: 'a' }] } },
    ['error duplicate-consumer queues.consumers[1].queue'],
  ],
  [
    'a queue that is its own dead letter queue',
    { queues: { consumers: [{ queue: 'a', dead_letter_queue: 'a' }] } },
    ['error dead-letter-loop queues.consumers[0].dead_letter_queue'],
  ],
  [
    'a concurrency of null',
    { queues: { consumers: [{ queue: 'a', max_concurrency: null }] } },
    ['error wrong-type queues.consumers[0].max_concurrency'],
  ],
  [
    'a batch of a thousand',
    { queues: { consumers: [{ queue: 'a', max_batch_size: 1000 }] } },
    ['error out-of-range queues.consumers[0].max_batch_size'],
  ],
  // crons
  [
    'a cron twice',
    { triggers: { crons: ['0 0 * * *', '0 0 * * *'] } },
    ['error duplicate-cron triggers.crons[1]'],
  ],
  // routes
  [
    'a route object without a zone',
    { routes: [{ pattern: 'a.example.com/*' }] },
    ['error route-without-zone routes[0]'],
  ],
  [
    'a route with two zones',
    { routes: [{ pattern: 'a.example.com/*', zone_id: 'x', zone_name: 'example.com' }] },
    ['error exclusive-fields routes[0]'],
  ],
  [
    'a route outside its zone',
    { routes: [{ pattern: 'a.example.org/*', zone_name: 'example.com' }] },
    ['error route-outside-zone routes[0].zone_name'],
  ],
  [
    'a route in its zone, with a wildcard host',
    { routes: [{ pattern: '*.example.com/*', zone_name: 'example.com' }] },
    [],
  ],
  [
    'a route of a whole zone and its subdomains',
    { routes: [{ pattern: '*example.com/*', zone_name: 'example.com' }] },
    [],
  ],
  ['a route without a host', { routes: ['bad pattern'] }, ['error route-pattern routes[0]']],
  ['a route with a wildcard inside', { routes: ['example.com/*/x'] }, ['error route-pattern routes[0]']],
  ['a route with a scheme', { routes: ['https://example.com/*'] }, []],
  ['a route twice', { routes: ['example.com/*', 'example.com/*'] }, ['error duplicate-route routes[1]']],
  [
    'a custom domain that is no host',
    { routes: [{ pattern: 'localhost', custom_domain: true }] },
    ['error custom-domain routes[0].pattern'],
  ],
  [
    'domain settings on a route',
    { routes: [{ pattern: 'a.example.com/*', zone_id: 'x', enabled: true }] },
    ['error exclusive-fields routes[0]'],
  ],
  [
    'an environment that inherits a route',
    { routes: ['a.example.com/*'], env: { staging: {} } },
    ['warning inherited-route routes'],
    { env: 'staging' },
  ],
  [
    'an environment that refuses the routes',
    { routes: ['a.example.com/*'], env: { staging: { routes: [] } } },
    [],
    { env: 'staging' },
  ],
  // placement and observability
  [
    'placement near two things',
    { placement: { region: 'aws:us-east-1', host: 'db.example.com' } },
    ['error placement placement'],
  ],
  ['an empty placement', { placement: {} }, ['error placement placement']],
  ['a hint without smart', { placement: { mode: 'off', hint: 'x' } }, ['error placement placement']],
  [
    'observability that does not say whether it is on',
    { observability: { head_sampling_rate: 1 } },
    ['error missing-field observability'],
  ],
  [
    'a sampling rate in percent',
    { observability: { enabled: true, head_sampling_rate: 50 } },
    ['error out-of-range observability.head_sampling_rate'],
  ],
  // assets
  [
    'assets without a folder that exists',
    { assets: { directory: 'nowhere' } },
    ['error file-missing assets.directory'],
  ],
  ['assets without a folder', { assets: {} }, ['error missing-field assets']],
  // limits
  ['a variable of more than 5 KB', { vars: { BIG: 'x'.repeat(6000) } }, ['error limit vars.BIG']],
  [
    'too many variables',
    { vars: Object.fromEntries(Array.from({ length: 129 }, (_, index) => [`V${index}`, 'x'])) },
    ['error limit vars'],
  ],
  [
    'more variables than the free plan has',
    { vars: Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`V${index}`, 'x'])) },
    ['warning limit vars'],
  ],
  // refused by name
  ['Workers Sites', { site: { bucket: './public' } }, ['error unsupported-field site']],
  ['empty fields of kinds that are not supported', { containers: [], cloudchamber: {} }, []],
  [
    'containers',
    { containers: [{ class_name: 'A', image: './Dockerfile' }] },
    ['error unsupported-field containers'],
  ],
  ['the old Node.js polyfills', { node_compat: true }, ['error unsupported-field node_compat']],
  ['service environments', { legacy_env: false }, ['error unsupported-field legacy_env']],
  ['event triggers', { triggers: { crons: [], events: [] } }, ['error unsupported-field triggers.events']],
  ['FedRAMP', { compliance_region: 'fedramp_high' }, ['error invalid-value compliance_region']],
  // fields without effect on a deploy
  [
    'fields for other commands',
    { dev: { port: 1 }, send_metrics: false, previews: { vars: {} }, $schema: 'x' },
    [],
  ],
];

describe('the rules of a wrangler file', () => {
  it.each(CASES.map(([title, wrangler, expected, options]) => ({ title, wrangler, expected, options })))(
    '$title',
    ({ wrangler, expected, options }) => {
      expect(lines(check(wrangler, options).findings)).toEqual(expected);
    },
  );
});

describe('a Worker of assets alone', () => {
  const assetsOnly = (extra: object): string =>
    JSON.stringify({
      name: 'site',
      compatibility_date: '2026-02-01',
      assets: { directory: 'public' },
      ...extra,
    });

  it('is fine', () => {
    expect(check(assetsOnly({})).findings).toEqual([]);
  });

  it.each([
    [{ vars: { A: 'x' } }, 'vars'],
    [{ kv_namespaces: [{ binding: 'A', id: 'f'.repeat(32) }] }, 'kv_namespaces'],
    [{ limits: { cpu_ms: 5 } }, 'limits'],
    [{ assets: { directory: 'public', binding: 'ASSETS' } }, 'assets.binding'],
    [{ assets: { directory: 'public', run_worker_first: true } }, 'assets.run_worker_first'],
  ])('refuses %j, which only code could use', (extra, path) => {
    expect(lines(check(assetsOnly(extra)).findings)).toEqual([`error assets-only ${path}`]);
  });
});

describe('findings', () => {
  it('come all at once, errors first', () => {
    const { findings } = check({
      nam: 'x',
      kv_namespaces: [{ binding: 5 }],
      triggers: { crons: ['x'] },
      vars: { 'a-b': '1' },
    });
    expect(lines(findings)).toEqual([
      'error unknown-field nam',
      'error wrong-type kv_namespaces[0].binding',
      'error cron-syntax triggers.crons[0]',
      'warning binding-name vars.a-b',
    ]);
  });

  it('never show the value of a variable', () => {
    const { findings } = check(
      { vars: { A: { b: 'hunter2' } }, define: { X: 5 } },
      { tenant: { apiKeys: ['hunter2-is-no-name'] } },
    );
    expect(JSON.stringify(findings)).not.toContain('hunter2');
  });

  it('are warnings for unknown fields when those are tolerated, and nothing else', () => {
    const { worker, findings } = check(
      {
        compat_date: 'x',
        observability: { enabled: true, sample: 1 },
        env: { staging: { keep_vars: true } },
      },
      { lenient: true, env: 'staging' },
    );
    expect(lines(findings)).toEqual([
      'warning unknown-field compat_date',
      'warning unknown-field observability.sample',
      'warning misplaced-field env.staging.keep_vars',
    ]);
    // wrangler passes unknown observability fields on.
    expect(worker?.settings.observability).toEqual({ enabled: true, sample: 1 });
    expect(lines(check({ site: { bucket: 'x' } }, { lenient: true }).findings)).toEqual([
      'error unsupported-field site',
    ]);
    // Relics of wrangler 1 are names that wrangler 4 does not know either.
    const relics = { type: 'javascript', usage_model: 'bundled', build: { upload: { format: 'modules' } } };
    expect(lines(check(relics, { lenient: true }).findings)).toEqual([
      'warning unknown-field type',
      'warning unknown-field usage_model',
      'warning unknown-field build.upload',
    ]);
    expect(check({ usage_model: 'bundled' }).findings).toMatchObject([
      { severity: 'error', message: expect.stringContaining('refused') },
    ]);
  });
});
