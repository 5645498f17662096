import type { WorkerBinding } from '../../src/bindings/binding.ts';
import type { Json, JsonObject } from '../../src/json.ts';

/** Ids in the form that the account gives them. */
const ID = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1';
const UUID = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaa1';

/** The section of the file and what it says, what goes up, and how the API's answer differs from that. */
export type BindingRow = [section: string, value: Json, uploaded: WorkerBinding, answer?: JsonObject];

/** Rows of every kind. Between them, the rows of a kind have every field that its comparable form has. */
export const BINDING_ROWS: readonly BindingRow[] = [
  ['vars', { A: 'x' }, { name: 'A', type: 'plain_text', text: 'x' }],
  ['vars', { A: null }, { name: 'A', type: 'json', json: null }],
  [
    'kv_namespaces',
    [{ binding: 'A', id: ID, preview_id: '2', remote: true }],
    { name: 'A', type: 'kv_namespace', namespace_id: ID },
  ],
  ['kv_namespaces', [{ binding: 'A' }], { name: 'A', type: 'inherit' }],
  [
    'send_email',
    [{ name: 'A', allowed_destination_addresses: ['b@example.com', 'a@example.com'] }],
    { name: 'A', type: 'send_email', allowed_destination_addresses: ['b@example.com', 'a@example.com'] },
    { allowed_destination_addresses: ['a@example.com', 'b@example.com'] },
  ],
  [
    'durable_objects',
    { bindings: [{ name: 'A', class_name: 'Room' }] },
    { name: 'A', type: 'durable_object_namespace', class_name: 'Room' },
    { namespace_id: 'n', script_name: 'shop', environment: 'production' },
  ],
  [
    'workflows',
    [{ binding: 'A', name: 'w', class_name: 'W', limits: { steps: 5 } }],
    { name: 'A', type: 'workflow', workflow_name: 'w', class_name: 'W' },
    { script_name: 'shop' },
  ],
  [
    'queues',
    { producers: [{ binding: 'A', queue: 'q', delivery_delay: 5 }] },
    { name: 'A', type: 'queue', queue_name: 'q', delivery_delay: 5 },
    { delivery_delay: undefined },
  ],
  [
    'r2_buckets',
    [{ binding: 'A', bucket_name: 'bucket', jurisdiction: 'eu' }],
    { name: 'A', type: 'r2_bucket', bucket_name: 'bucket', jurisdiction: 'eu' },
  ],
  [
    'd1_databases',
    [{ binding: 'A', database_id: UUID, database_name: 'n' }],
    { name: 'A', type: 'd1', id: UUID },
  ],
  [
    'd1_databases',
    [{ binding: 'A', database_id: UUID }],
    { name: 'A', type: 'd1', id: UUID },
    { id: undefined, database_id: UUID },
  ],
  ['d1_databases', [{ binding: 'A', database_name: 'n' }], { name: 'A', type: 'd1', database_name: 'n' }],
  ['vectorize', [{ binding: 'A', index_name: 'i' }], { name: 'A', type: 'vectorize', index_name: 'i' }],
  [
    'ai_search_namespaces',
    [{ binding: 'A', namespace: 'n' }],
    { name: 'A', type: 'ai_search_namespace', namespace: 'n' },
  ],
  [
    'ai_search',
    [{ binding: 'A', instance_name: 'n' }],
    { name: 'A', type: 'ai_search', instance_name: 'n' },
    { namespace: 'default' },
  ],
  ['websearch', { binding: 'A' }, { name: 'A', type: 'websearch' }],
  ['agent_memory', [{ binding: 'A', namespace: 'n' }], { name: 'A', type: 'agent_memory', namespace: 'n' }],
  [
    'hyperdrive',
    [{ binding: 'A', id: ID, localConnectionString: 'x' }],
    { name: 'A', type: 'hyperdrive', id: ID },
  ],
  [
    'secrets_store_secrets',
    [{ binding: 'A', store_id: 's', secret_name: 'n' }],
    { name: 'A', type: 'secrets_store_secret', store_id: 's', secret_name: 'n' },
  ],
  ['artifacts', [{ binding: 'A', namespace: 'n' }], { name: 'A', type: 'artifacts', namespace: 'n' }],
  [
    'unsafe_hello_world',
    [{ binding: 'A', enable_timer: true }],
    { name: 'A', type: 'unsafe_hello_world', enable_timer: true },
  ],
  ['flagship', [{ binding: 'A', app_id: 'a' }], { name: 'A', type: 'flagship', app_id: 'a' }],
  ['flagship', [{ binding: 'A' }], { name: 'A', type: 'inherit' }],
  ['k2', [{ binding: 'A', stream: 's' }], { name: 'A', type: 'k2', stream: 's' }],
  [
    'ratelimits',
    [{ name: 'A', namespace_id: '1', simple: { limit: 5, period: 60 } }],
    { name: 'A', type: 'ratelimit', namespace_id: '1', simple: { limit: 5, period: 60 } },
    { simple: { limit: 5, period: 60, mitigation_timeout: 0 } },
  ],
  ['vpc_services', [{ binding: 'A', service_id: 's' }], { name: 'A', type: 'vpc_service', service_id: 's' }],
  ['vpc_networks', [{ binding: 'A', network_id: 'n' }], { name: 'A', type: 'vpc_network', network_id: 'n' }],
  [
    'services',
    [{ binding: 'A', service: 's', entrypoint: 'E', props: { a: 1 } }],
    { name: 'A', type: 'service', service: 's', entrypoint: 'E', props: { a: 1 } },
    { environment: 'production', props: undefined },
  ],
  [
    'analytics_engine_datasets',
    [{ binding: 'A' }],
    { name: 'A', type: 'analytics_engine' },
    { dataset: 'A' },
  ],
  ['analytics', { binding: 'A' }, { name: 'A', type: 'analytics' }],
  [
    'dispatch_namespaces',
    [{ binding: 'A', namespace: 'n', outbound: { service: 's', parameters: ['p'] } }],
    {
      name: 'A',
      type: 'dispatch_namespace',
      namespace: 'n',
      outbound: { worker: { service: 's' }, params: [{ name: 'p' }] },
    },
    { outbound: { worker: { service: 's', environment: 'production' }, params: [{ name: 'p' }] } },
  ],
  [
    'mtls_certificates',
    [{ binding: 'A', certificate_id: UUID }],
    { name: 'A', type: 'mtls_certificate', certificate_id: UUID },
  ],
  [
    'pipelines',
    [{ binding: 'A', stream: 's' }],
    { name: 'A', type: 'pipelines', stream: 's' },
    { stream: undefined, pipeline: 's' },
  ],
  ['worker_loaders', [{ binding: 'A' }], { name: 'A', type: 'worker_loader' }],
  [
    'logfwdr',
    { bindings: [{ name: 'A', destination: 'd' }] },
    { name: 'A', type: 'logfwdr', destination: 'd' },
  ],
  ['browser', { binding: 'A', remote: true }, { name: 'A', type: 'browser' }],
  ['ai', { binding: 'A', staging: true }, { name: 'A', type: 'ai', staging: true }, { staging: undefined }],
  ['images', { binding: 'A' }, { name: 'A', type: 'images' }],
  ['stream', { binding: 'A' }, { name: 'A', type: 'stream' }],
  ['media', { binding: 'A' }, { name: 'A', type: 'media' }],
  ['version_metadata', { binding: 'A' }, { name: 'A', type: 'version_metadata' }],
  ['assets', { directory: 'd', binding: 'A' }, { name: 'A', type: 'assets' }],
  [
    'unsafe',
    { bindings: [{ name: 'A', type: 'future', x: [1], dev: {} }] },
    { name: 'A', type: 'future', x: [1] },
  ],
  [
    'send_email',
    [{ name: 'A', destination_address: 'd@example.com' }],
    { name: 'A', type: 'send_email', destination_address: 'd@example.com' },
  ],
  [
    'send_email',
    [{ name: 'A', allowed_sender_addresses: ['b@example.com', 'a@example.com'] }],
    { name: 'A', type: 'send_email', allowed_sender_addresses: ['b@example.com', 'a@example.com'] },
  ],
  [
    'durable_objects',
    { bindings: [{ name: 'A', class_name: 'Room', script_name: 'other', environment: 'staging' }] },
    {
      name: 'A',
      type: 'durable_object_namespace',
      class_name: 'Room',
      script_name: 'other',
      environment: 'staging',
    },
  ],
  [
    'workflows',
    [{ binding: 'A', name: 'w', class_name: 'W', script_name: 'other' }],
    { name: 'A', type: 'workflow', workflow_name: 'w', class_name: 'W', script_name: 'other' },
  ],
  [
    'services',
    [{ binding: 'A', service: 's', environment: 'staging' }],
    { name: 'A', type: 'service', service: 's', environment: 'staging' },
  ],
  [
    'dispatch_namespaces',
    [{ binding: 'A', namespace: 'n', outbound: { service: 's', environment: 'staging' } }],
    {
      name: 'A',
      type: 'dispatch_namespace',
      namespace: 'n',
      outbound: { worker: { service: 's', environment: 'staging' } },
    },
  ],
  ['vpc_networks', [{ binding: 'A', tunnel_id: 't' }], { name: 'A', type: 'vpc_network', tunnel_id: 't' }],
];

/** What no section of the file makes: only the API, the bundler or another command. */
export const ROWS_WITHOUT_SECTION: readonly WorkerBinding[] = [
  { name: 'A', type: 'secret_text' },
  { name: 'A', type: 'vpc_network', network_id: 'n', identity: 'i' },
  { name: 'A', type: 'durable_object_namespace', class_name: 'C', dispatch_namespace: 'd' },
  { name: 'A', type: 'messaging', namespace: 'n' },
  { name: 'A', type: 'inherit', old_name: 'B', version_id: 'v' },
  { name: 'A', type: 'wasm_module', part: 'p' },
  { name: 'A', type: 'text_blob', part: 'p' },
  { name: 'A', type: 'data_blob', part: 'p' },
];
