import { describe, expect, it, test } from 'vitest';
import type { Json, JsonObject } from '../json.ts';
import type { WorkerBinding } from './binding.ts';
import { bindingTarget, describeBinding, normaliseBinding } from './convert.ts';
import { BINDING_MODULES, BINDINGS, bindingModule } from './registry.ts';

const ID = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1';
const UUID = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaa1';
/** The comparable form has all fields, as they are. */
const SAME = null;

/** Fields of a binding named A of the Worker `shop`: their comparable form, what they are called, what must exist. */
const FORMS: readonly (readonly [
  type: string,
  fields: JsonObject,
  comparable: JsonObject | typeof SAME,
  description: string,
  target: JsonObject | null,
])[] = [
  ['plain_text', { text: 'x' }, SAME, 'Text variable', null],
  ['json', { json: null }, SAME, 'JSON variable', null],
  ['kv_namespace', { namespace_id: ID }, SAME, `KV namespace ${ID}`, { kind: 'kv-namespace', id: ID }],
  ['inherit', {}, SAME, 'As in the version before', null],
  [
    'send_email',
    { allowed_destination_addresses: ['a@example.com', 'b@example.com'] },
    SAME,
    'E-mail sender',
    null,
  ],
  [
    'durable_object_namespace',
    { class_name: 'Room', namespace_id: 'n', script_name: 'shop', environment: 'production' },
    { class_name: 'Room' },
    'Durable Object Room of shop',
    null,
  ],
  [
    'workflow',
    { workflow_name: 'w', class_name: 'W', script_name: 'shop' },
    { workflow_name: 'w', class_name: 'W' },
    'Workflow w',
    null,
  ],
  ['queue', { queue_name: 'q' }, SAME, 'Queue q', { kind: 'queue', id: 'q' }],
  [
    'r2_bucket',
    { bucket_name: 'bucket', jurisdiction: 'eu' },
    SAME,
    'R2 bucket bucket',
    { kind: 'r2-bucket', id: 'bucket', jurisdiction: 'eu' },
  ],
  ['d1', { id: UUID }, SAME, `D1 database ${UUID}`, { kind: 'd1-database', id: UUID }],
  ['d1', { database_id: UUID }, { id: UUID }, `D1 database ${UUID}`, { kind: 'd1-database', id: UUID }],
  ['d1', { database_name: 'n' }, SAME, 'D1 database n', { kind: 'd1-database', id: 'n' }],
  ['vectorize', { index_name: 'i' }, SAME, 'Vectorize index i', { kind: 'vectorize-index', id: 'i' }],
  ['ai_search_namespace', { namespace: 'n' }, SAME, 'AI Search namespace n', null],
  [
    'ai_search',
    { instance_name: 'n', namespace: 'default' },
    { instance_name: 'n' },
    'AI Search instance n',
    null,
  ],
  ['websearch', {}, SAME, 'Web search', null],
  ['agent_memory', { namespace: 'n' }, SAME, 'Agent Memory namespace n', null],
  ['hyperdrive', { id: ID }, SAME, `Hyperdrive ${ID}`, { kind: 'hyperdrive-config', id: ID }],
  ['secrets_store_secret', { store_id: 's', secret_name: 'n' }, SAME, 'Secrets Store secret n', null],
  ['artifacts', { namespace: 'n' }, SAME, 'Artifacts namespace n', null],
  ['unsafe_hello_world', { enable_timer: true }, SAME, 'unsafe_hello_world (sample kind)', null],
  ['flagship', { app_id: 'a' }, SAME, 'Flagship app a', null],
  ['k2', { stream: 's' }, SAME, 'K2 stream s', null],
  [
    'ratelimit',
    { namespace_id: '1', simple: { limit: 5, period: 60, mitigation_timeout: 0 } },
    { namespace_id: '1', simple: { limit: 5, period: 60 } },
    'Rate limit 5 in 60 s',
    null,
  ],
  ['vpc_service', { service_id: 's' }, SAME, 'VPC service s', null],
  ['vpc_network', { network_id: 'n' }, SAME, 'VPC network n', null],
  [
    'service',
    { service: 's', entrypoint: 'E', environment: 'production' },
    { service: 's', entrypoint: 'E' },
    'Worker s, entrypoint E',
    { kind: 'worker', id: 's' },
  ],
  ['analytics_engine', { dataset: 'A' }, SAME, 'Analytics Engine dataset A', null],
  ['analytics', {}, SAME, 'Analytics SQL', null],
  [
    'dispatch_namespace',
    {
      namespace: 'n',
      outbound: { worker: { service: 's', environment: 'production' }, params: [{ name: 'p' }] },
    },
    { namespace: 'n', outbound: { worker: { service: 's' }, params: [{ name: 'p' }] } },
    'Dispatch namespace n',
    { kind: 'dispatch-namespace', id: 'n' },
  ],
  ['mtls_certificate', { certificate_id: UUID }, SAME, `mTLS certificate ${UUID}`, null],
  ['pipelines', { pipeline: 's' }, SAME, 'Pipeline s', null],
  ['worker_loader', {}, SAME, 'Worker loader', null],
  ['logfwdr', { destination: 'd' }, SAME, 'Logfwdr destination d', null],
  ['browser', {}, SAME, 'Browser Rendering', null],
  ['ai', {}, SAME, 'Workers AI', null],
  ['images', {}, SAME, 'Images', null],
  ['stream', {}, SAME, 'Stream', null],
  ['media', {}, SAME, 'Media Transformations', null],
  ['version_metadata', {}, SAME, 'Version metadata', null],
  ['assets', {}, SAME, 'Static assets', null],
  ['future', { x: [1] }, SAME, 'future (unknown kind)', null],
  ['send_email', { destination_address: 'd@example.com' }, SAME, 'E-mail sender', null],
  [
    'send_email',
    { allowed_sender_addresses: ['b@example.com', 'a@example.com'] },
    { allowed_sender_addresses: ['a@example.com', 'b@example.com'] },
    'E-mail sender',
    null,
  ],
  [
    'durable_object_namespace',
    { class_name: 'Room', script_name: 'other', environment: 'staging' },
    SAME,
    'Durable Object Room of other',
    null,
  ],
  ['workflow', { workflow_name: 'w', class_name: 'W', script_name: 'other' }, SAME, 'Workflow w', null],
  ['service', { service: 's', environment: 'staging' }, SAME, 'Worker s', { kind: 'worker', id: 's' }],
  [
    'dispatch_namespace',
    { namespace: 'n', outbound: { worker: { service: 's', environment: 'staging' } } },
    { namespace: 'n', outbound: { worker: { service: 's', environment: 'staging' }, params: [] } },
    'Dispatch namespace n',
    { kind: 'dispatch-namespace', id: 'n' },
  ],
  ['vpc_network', { tunnel_id: 't' }, SAME, 'VPC network t', null],
  ['secret_text', {}, SAME, 'Secret', null],
  ['vpc_network', { network_id: 'n', identity: 'i' }, SAME, 'VPC network n', null],
  ['durable_object_namespace', { class_name: 'C', dispatch_namespace: 'd' }, SAME, 'Durable Object C', null],
  ['messaging', { namespace: 'n' }, SAME, 'Messaging namespace n', null],
  ['inherit', { old_name: 'B', version_id: 'v' }, SAME, 'As in the version before', null],
  ['wasm_module', { part: 'p' }, {}, 'WebAssembly module', null],
  ['text_blob', { part: 'p' }, {}, 'Text blob', null],
  ['data_blob', { part: 'p' }, {}, 'Data blob', null],
  [
    'd1',
    { id: 'i', database_id: 'j', database_name: 'n' },
    { id: 'i' },
    'D1 database i',
    { kind: 'd1-database', id: 'i' },
  ],
  [
    'd1',
    { database_id: 'j', database_name: 'n' },
    { id: 'j' },
    'D1 database j',
    { kind: 'd1-database', id: 'j' },
  ],
  ['ai_search', { instance_name: 'n', namespace: 'other' }, SAME, 'AI Search instance n', null],
  ['analytics_engine', {}, { dataset: 'A' }, 'Analytics Engine dataset A', null],
  ['analytics_engine', { dataset: 'd' }, SAME, 'Analytics Engine dataset d', null],
  ['pipelines', { stream: 's' }, { pipeline: 's' }, 'Pipeline s', null],
  [
    'ratelimit',
    { namespace_id: '1' },
    { namespace_id: '1', simple: {} },
    'Rate limit undefined in undefined s',
    null,
  ],
  [
    'ratelimit',
    { namespace_id: '1', simple: { limit: 5, period: 60, mitigation_timeout: null } },
    { namespace_id: '1', simple: { limit: 5, period: 60 } },
    'Rate limit 5 in 60 s',
    null,
  ],
  [
    'ratelimit',
    { namespace_id: '1', simple: { limit: 5, period: 60, mitigation_timeout: 60 } },
    SAME,
    'Rate limit 5 in 60 s',
    null,
  ],
  ['r2_bucket', { bucket_name: 'bucket' }, SAME, 'R2 bucket bucket', { kind: 'r2-bucket', id: 'bucket' }],
  [
    'dispatch_namespace',
    { namespace: 'n' },
    SAME,
    'Dispatch namespace n',
    { kind: 'dispatch-namespace', id: 'n' },
  ],
  [
    'dispatch_namespace',
    { namespace: 'n', outbound: null },
    { namespace: 'n' },
    'Dispatch namespace n',
    { kind: 'dispatch-namespace', id: 'n' },
  ],
  [
    'dispatch_namespace',
    { namespace: 'n', outbound: {} },
    { namespace: 'n', outbound: { worker: {}, params: [] } },
    'Dispatch namespace n',
    { kind: 'dispatch-namespace', id: 'n' },
  ],
  [
    'dispatch_namespace',
    { namespace: 'n', outbound: { worker: { service: 's', entrypoint: 'E' } } },
    { namespace: 'n', outbound: { worker: { service: 's', entrypoint: 'E' }, params: [] } },
    'Dispatch namespace n',
    { kind: 'dispatch-namespace', id: 'n' },
  ],
  ['secret_key', {}, SAME, 'Secret', null],
  [
    'service',
    { service: 's', cross_account_grant: 'g' },
    { service: 's' },
    'Worker s',
    { kind: 'worker', id: 's' },
  ],
  ['workflow', { workflow_name: 'w', class_name: 'W' }, SAME, 'Workflow w', null],
  ['send_email', {}, SAME, 'E-mail sender', null],
  ['vpc_network', { tunnel_id: 't', network_id: 'n' }, SAME, 'VPC network t', null],
];

test.each(FORMS)('%s %j', (type, fields, comparable, description, target) => {
  const binding: WorkerBinding = { type, name: 'A', ...fields };
  expect(normaliseBinding(binding, { scriptName: 'shop' })).toEqual({
    type,
    name: 'A',
    ...(comparable ?? fields),
  });
  expect([describeBinding(binding), bindingTarget(binding)]).toEqual([description, target]);
});

test('no kind is without a row of its forms', () => {
  const types = FORMS.map(([type]) => type);
  expect(BINDING_MODULES.flatMap((module) => module.types).filter((type) => !types.includes(type))).toEqual(
    [],
  );
});

test.each([
  ['plain_text', ['plain_text', 'json']],
  ['secret_text', ['secret_text', 'secret_key']],
  ['unsafe', []],
] as const)('kind %s owns the types %j', (kind, types) => {
  expect(BINDINGS[kind].types).toEqual(types);
});

test('environments inherit the sections that wrangler lets them inherit', () => {
  expect(
    BINDING_MODULES.flatMap(({ inheritable, section }) => (inheritable === true ? [section] : [])),
  ).toEqual(['logfwdr', 'assets']);
});

test('kinds go up in the order of wrangler', () => {
  expect(BINDING_MODULES.map(({ label }) => label)).toEqual([
    'Inherited binding',
    'Variable',
    'Secret',
    'KV namespace',
    'E-mail sender',
    'Durable Object',
    'Workflow',
    'Queue',
    'R2 bucket',
    'D1 database',
    'Vectorize index',
    'AI Search namespace',
    'AI Search instance',
    'Web search',
    'Agent Memory namespace',
    'Hyperdrive',
    'Secrets Store secret',
    'Artifacts namespace',
    'Hello World',
    'Flagship app',
    'K2 stream',
    'Messaging namespace',
    'Rate limit',
    'VPC service',
    'VPC network',
    'Service',
    'Analytics Engine dataset',
    'Analytics SQL',
    'Dispatch namespace',
    'mTLS certificate',
    'Pipeline',
    'Worker loader',
    'Logfwdr destination',
    'WebAssembly module',
    'Browser Rendering',
    'Workers AI',
    'Images',
    'Stream',
    'Media Transformations',
    'Version metadata',
    'Static assets',
    'Text blob',
    'Data blob',
    'Unsafe binding',
  ]);
});

const moduleOf = (section: string) => {
  const module = BINDING_MODULES.find((each) => each.section === section);
  if (module === undefined) throw new Error(`No kind has the section ${section}.`);
  return module;
};
const context = { scriptName: 'shop', environment: null, compatibilityDate: '2026-02-01' };

describe('an unsafe binding', () => {
  const binding = { name: 'A', type: 'future', x: 1 };
  it('is compared whole, and told as what it is', () => {
    const unsafe = BINDINGS.unsafe;
    expect(unsafe.normalise(binding, context)).toBe(binding);
    expect(unsafe.describe(binding)).toBe('future (unsafe)');
    expect(bindingModule('future')).toBeUndefined();
  });
});

const malformed = (path: string, form: string, list: string) => ({
  severity: 'warning',
  code: 'malformed-id',
  path,
  message: `is not ${form}, so Cloudflare will not find it.`,
  hint: `Put the real id here; \`${list}\` lists them.`,
});
const HEX = 'an id of 32 hexadecimal digits';
const exclusive = (path: string, message: string, hint: string) => ({
  severity: 'error',
  code: 'exclusive-fields',
  path,
  message,
  hint,
});
const ONE_STREAM = [
  'must have exactly one of `stream` and `pipeline`.',
  'Name the stream with `stream`.',
] as const;
const ONE_NETWORK = [
  'must have exactly one of `tunnel_id` and `network_id`.',
  'Keep the one that leads to your network.',
] as const;
const UNCHECKED = {
  severity: 'info',
  code: 'unsafe-field',
  path: '',
  message: 'passes settings on unchecked; they may change or break at any time.',
};

test.each<[string, Json, readonly object[]]>([
  [
    'kv_namespaces',
    [{ binding: 'A', id: ID }, { binding: 'B' }, { binding: 'C', id: '<id>' }],
    [malformed('[2].id', HEX, 'wrangler kv namespace list')],
  ],
  [
    'hyperdrive',
    [
      { binding: 'A', id: ID },
      { binding: 'B', id: UUID },
    ],
    [malformed('[1].id', HEX, 'wrangler hyperdrive list')],
  ],
  [
    'd1_databases',
    [
      { binding: 'A', database_id: UUID },
      { binding: 'B' },
      { binding: 'C', database_id: '' },
      { binding: 'D', database_id: ID },
    ],
    [malformed('[3].database_id', 'a UUID', 'wrangler d1 list')],
  ],
  [
    'mtls_certificates',
    [
      { binding: 'A', certificate_id: UUID },
      { binding: 'B', certificate_id: 'x' },
    ],
    [malformed('[1].certificate_id', 'a UUID', 'wrangler mtls-certificate list')],
  ],
  ['queues', {}, []],
  [
    'queues',
    {
      producers: [
        { binding: 'A', queue: 'q' },
        { binding: 'B', queue: 'q', delivery_delay: 0 },
      ],
    },
    [
      {
        severity: 'warning',
        code: 'deprecated-field',
        path: '.producers[1].delivery_delay',
        message: 'is deprecated and has no effect: the delay is a setting of the queue.',
        hint: 'Set it with `wrangler queues update` and remove it here.',
      },
    ],
  ],
  ['durable_objects', {}, []],
  [
    'durable_objects',
    {
      bindings: [
        { name: 'A', class_name: 'C' },
        { name: 'B', class_name: 'C', script_name: 's', environment: 'e' },
        { name: 'D', class_name: 'C', environment: 'e' },
      ],
    },
    [
      {
        severity: 'error',
        code: 'missing-field',
        path: '.bindings[2]',
        message: 'has an `environment` but no `script_name` it could belong to.',
        hint: 'Add `script_name`, or remove `environment`.',
      },
    ],
  ],
  [
    'pipelines',
    [
      { binding: 'A', stream: 's' },
      { binding: 'B', pipeline: 's' },
      { binding: 'C' },
      { binding: 'D', stream: 's', pipeline: 's' },
    ],
    [
      {
        severity: 'warning',
        code: 'deprecated-field',
        path: '[1].pipeline',
        message: 'is the deprecated name of `stream`.',
        hint: 'Rename it to `stream`.',
      },
      exclusive('[2]', ...ONE_STREAM),
      exclusive('[3]', ...ONE_STREAM),
    ],
  ],
  [
    'send_email',
    [
      { name: 'A' },
      { name: 'B', destination_address: 'a@example.com' },
      { name: 'C', allowed_destination_addresses: [] },
      { name: 'D', destination_address: 'a@example.com', allowed_destination_addresses: [] },
    ],
    [
      exclusive(
        '[3]',
        'has both `destination_address` and `allowed_destination_addresses`; only one can count.',
        'Put the single address into `allowed_destination_addresses` and remove the other field.',
      ),
    ],
  ],
  [
    'vpc_networks',
    [
      { binding: 'A', tunnel_id: 't' },
      { binding: 'B', network_id: 'n' },
      { binding: 'C' },
      { binding: 'D', tunnel_id: 't', network_id: 'n' },
    ],
    [exclusive('[2]', ...ONE_NETWORK), exclusive('[3]', ...ONE_NETWORK)],
  ],
  ['unsafe', {}, [UNCHECKED]],
  [
    'unsafe',
    {
      bindings: [
        { name: 'A', type: 't' },
        { name: 'B', type: 't', dev: {} },
      ],
    },
    [
      {
        severity: 'info',
        code: 'local-only',
        path: 'bindings[1].dev',
        message: 'of B configures local development; it is not uploaded.',
      },
      UNCHECKED,
    ],
  ],
])('what is wrong in %s %j is found, item by item', (section, value, findings) => {
  expect(moduleOf(section).check?.(value, context)).toEqual(findings);
});

/** Sections that make no binding, or make one in another way than the rows of all kinds. */
test.each<[string, Json, readonly WorkerBinding[]]>([
  ['queues', {}, []],
  ['queues', { producers: [{ binding: 'A' }] }, [{ name: 'A', type: 'inherit' }]],
  ['queues', { producers: [{ binding: 'A', queue: 'q' }] }, [{ name: 'A', type: 'queue', queue_name: 'q' }]],
  ['durable_objects', {}, []],
  ['logfwdr', {}, []],
  ['unsafe', {}, []],
  ['assets', { directory: 'd' }, []],
  ['r2_buckets', [{ binding: 'A' }], [{ name: 'A', type: 'inherit' }]],
  [
    'r2_buckets',
    [{ binding: 'A', bucket_name: 'abc' }],
    [{ name: 'A', type: 'r2_bucket', bucket_name: 'abc' }],
  ],
  ['d1_databases', [{ binding: 'A', database_id: '' }], [{ name: 'A', type: 'inherit' }]],
  [
    'd1_databases',
    [{ binding: 'A', database_id: '', database_name: 'n' }],
    [{ name: 'A', type: 'd1', database_name: 'n' }],
  ],
  ['dispatch_namespaces', [{ binding: 'A' }], [{ name: 'A', type: 'inherit' }]],
  [
    'dispatch_namespaces',
    [{ binding: 'A', namespace: 'n' }],
    [{ name: 'A', type: 'dispatch_namespace', namespace: 'n' }],
  ],
  ['pipelines', [{ binding: 'A', pipeline: 's' }], [{ name: 'A', type: 'pipelines', pipeline: 's' }]],
  ['ai', { binding: 'A' }, [{ name: 'A', type: 'ai' }]],
  [
    'vars',
    { A: 'x', B: 1, C: null },
    [
      { name: 'A', type: 'plain_text', text: 'x' },
      { name: 'B', type: 'json', json: 1 },
      { name: 'C', type: 'json', json: null },
    ],
  ],
])('section %s %j goes up as it should', (section, value, uploaded) => {
  expect(moduleOf(section).fromConfig?.(value, context)).toEqual(uploaded);
});

const accepts = (section: string, value: Json): boolean =>
  moduleOf(section).schema?.safeParse(value).success ?? false;

test.each<[string, readonly Json[]]>([
  [
    'assets',
    [
      {},
      ...['auto-trailing-slash', 'force-trailing-slash', 'drop-trailing-slash', 'none'].map(
        (html_handling) => ({
          html_handling,
        }),
      ),
      ...['single-page-application', '404-page', 'none'].map((not_found_handling) => ({
        not_found_handling,
      })),
      ...[true, false, ['/api/*']].map((run_worker_first) => ({ run_worker_first })),
    ],
  ],
  ['queues', ['worker', 'http_pull'].map((type) => ({ consumers: [{ queue: 'q', type }] }))],
  ['ratelimits', [10, 60].map((period) => [{ name: 'A', namespace_id: '1', simple: { limit: 1, period } }])],
  [
    'durable_objects',
    [{ mode: 'immediate' }, { mode: 'deferred' }, { mode: 'deferred', max_delay: 5 }].map(
      (code_update_strategy) => ({ code_update_strategy }),
    ),
  ],
  ['d1_databases', ['', UUID].map((database_id) => [{ binding: 'A', database_id }])],
  [
    'workflows',
    ['0 * * * *', ['0 * * * *']].map((schedules) => [
      { binding: 'A', name: 'w', class_name: 'W', schedules },
    ]),
  ],
])('section %s may say each of %j', (section, values) => {
  expect(values.filter((value) => !accepts(section, value))).toEqual([]);
});

test.each<[string, readonly Json[]]>([
  ['assets', [{ html_handling: 'other' }, { not_found_handling: 'other' }, { run_worker_first: 'x' }]],
  ['queues', [{ consumers: [{ queue: 'q', type: 'other' }] }, { producers: [{}] }]],
  ['ratelimits', [[{ name: 'A', namespace_id: '1', simple: { limit: 1, period: 30 } }]]],
  [
    'durable_objects',
    [
      { code_update_strategy: { mode: 'other' } },
      { code_update_strategy: { mode: 'immediate', max_delay: 5 } },
    ],
  ],
  ['workflows', [[{ binding: 'A', name: 'w', class_name: 'W', schedules: [] }]]],
  ['r2_buckets', [[{ binding: 'A', bucket_name: 'No' }]]],
])('section %s may say none of %j', (section, values) => {
  expect(values.filter((value) => accepts(section, value))).toEqual([]);
});
