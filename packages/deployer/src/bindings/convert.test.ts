import { describe, expect, it } from 'vitest';
import type { WorkerBinding } from './binding.ts';
import { bindingsFromConfig, bindingTarget, describeBinding, normaliseBinding } from './convert.ts';

const context = { scriptName: 'shop', environment: null, compatibilityDate: '2026-02-01' };
const own = { scriptName: 'shop' };

/** What the file says, what goes up, and what the API gives back for it. */
const KINDS: readonly (readonly [string, unknown, WorkerBinding, object?])[] = [
  ['vars', { A: 'x' }, { name: 'A', type: 'plain_text', text: 'x' }],
  ['vars', { A: null }, { name: 'A', type: 'json', json: null }],
  [
    'kv_namespaces',
    [{ binding: 'A', id: '1', preview_id: '2', remote: true }],
    { name: 'A', type: 'kv_namespace', namespace_id: '1' },
  ],
  ['kv_namespaces', [{ binding: 'A' }], { name: 'A', type: 'inherit' }],
  [
    'send_email',
    [{ name: 'A', allowed_destination_addresses: ['b', 'a'] }],
    { name: 'A', type: 'send_email', allowed_destination_addresses: ['b', 'a'] },
    { allowed_destination_addresses: ['a', 'b'] },
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
    [{ binding: 'A', bucket_name: 'b', jurisdiction: 'eu' }],
    { name: 'A', type: 'r2_bucket', bucket_name: 'b', jurisdiction: 'eu' },
  ],
  [
    'd1_databases',
    [{ binding: 'A', database_id: '1', database_name: 'n' }],
    { name: 'A', type: 'd1', id: '1' },
    { database_id: '1' },
  ],
  ['d1_databases', [{ binding: 'A', database_name: 'n' }], { name: 'A', type: 'd1', database_name: 'n' }],
  ['vectorize', [{ binding: 'A', index_name: 'i' }], { name: 'A', type: 'vectorize', index_name: 'i' }],
  [
    'ai_search_namespaces',
    [{ binding: 'A', namespace: 'n' }],
    { name: 'A', type: 'ai_search_namespace', namespace: 'n' },
  ],
  ['ai_search', [{ binding: 'A', instance_name: 'n' }], { name: 'A', type: 'ai_search', instance_name: 'n' }],
  ['websearch', { binding: 'A' }, { name: 'A', type: 'websearch' }],
  ['agent_memory', [{ binding: 'A', namespace: 'n' }], { name: 'A', type: 'agent_memory', namespace: 'n' }],
  [
    'hyperdrive',
    [{ binding: 'A', id: 'h', localConnectionString: 'x' }],
    { name: 'A', type: 'hyperdrive', id: 'h' },
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
    [{ binding: 'A', certificate_id: 'c' }],
    { name: 'A', type: 'mtls_certificate', certificate_id: 'c' },
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
];

describe('each kind of binding', () => {
  it.each(KINDS)('%s goes up as the API wants it', (section, value, uploaded) => {
    expect(bindingsFromConfig({ [section]: value }, context).map(({ binding }) => binding)).toEqual([
      uploaded,
    ]);
  });

  it.each(KINDS)('%s compares equal to what the API gives back', (_, __, uploaded, answer) => {
    const returned = { ...uploaded, ...answer } as WorkerBinding;
    expect(normaliseBinding(returned, own)).toEqual(normaliseBinding(uploaded, own));
  });

  it.each(KINDS)('%s normalises to the same, however often', (_, __, uploaded) => {
    const once = normaliseBinding(uploaded, own);
    expect(normaliseBinding(once, own)).toEqual(once);
  });

  it.each(KINDS)('%s is described in one line', (_, __, uploaded) => {
    expect(describeBinding(uploaded)).toMatch(/^\S[^\n]*$/);
    expect(describeBinding(uploaded)).not.toContain('undefined');
  });
});

describe('bindings', () => {
  it('are ordered by kind as wrangler orders them, then as written', () => {
    const sections = {
      assets: { directory: 'd', binding: 'Z' },
      ai: { binding: 'Y' },
      services: [{ binding: 'X', service: 's' }],
      kv_namespaces: [
        { binding: 'C', id: '1' },
        { binding: 'B', id: '2' },
      ],
      vars: { A: 'x' },
    };
    expect(bindingsFromConfig(sections, context).map(({ binding }) => binding.name)).toEqual([
      'A',
      'C',
      'B',
      'X',
      'Y',
      'Z',
    ]);
  });

  it('keep what makes them differ', () => {
    const differs = (a: WorkerBinding, b: WorkerBinding): void =>
      expect(normaliseBinding(a, own)).not.toEqual(normaliseBinding(b, own));
    differs(
      { name: 'A', type: 'kv_namespace', namespace_id: '1' },
      { name: 'A', type: 'kv_namespace', namespace_id: '2' },
    );
    differs(
      { name: 'A', type: 'r2_bucket', bucket_name: 'b' },
      { name: 'A', type: 'r2_bucket', bucket_name: 'b', jurisdiction: 'eu' },
    );
    differs(
      { name: 'A', type: 'service', service: 's' },
      { name: 'A', type: 'service', service: 's', environment: 'staging' },
    );
    differs(
      { name: 'A', type: 'durable_object_namespace', class_name: 'C' },
      { name: 'A', type: 'durable_object_namespace', class_name: 'C', script_name: 'other' },
    );
  });

  it('name what must exist in the account', () => {
    expect(bindingTarget({ name: 'A', type: 'd1', database_id: 'x' })).toEqual({
      kind: 'd1-database',
      id: 'x',
    });
    expect(bindingTarget({ name: 'A', type: 'r2_bucket', bucket_name: 'b', jurisdiction: 'eu' })).toEqual({
      kind: 'r2-bucket',
      id: 'b',
      jurisdiction: 'eu',
    });
    expect(bindingTarget({ name: 'A', type: 'ai' })).toBeNull();
    expect(bindingTarget({ name: 'A', type: 'future_kind' })).toBeNull();
  });

  it('of an unknown kind are compared whole', () => {
    const binding = { name: 'A', type: 'future_kind', x: 1 };
    expect(normaliseBinding(binding, own)).toBe(binding);
    expect(describeBinding(binding)).toBe('future_kind (unknown kind)');
  });

  it('never show a value when they are described', () => {
    expect(describeBinding({ name: 'A', type: 'plain_text', text: 'hunter2' })).toBe('Text variable');
    expect(describeBinding({ name: 'A', type: 'secret_text', text: 'hunter2' })).toBe('Secret');
  });
});
