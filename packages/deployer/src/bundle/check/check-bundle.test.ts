import { describe, expect, it } from 'vitest';
import type { ResolvedWorker } from '../../resolve/resolved-worker.ts';
import type { Bundle } from '../bundle.ts';
import { bundleNeeds, type BundleNeeds } from './bundle-needs.ts';
import { assertBundle, checkBundle } from './check-bundle.ts';
import { BUNDLE_LIMITS } from './limits.ts';
import { liveClasses } from './live-classes.ts';

function bundle(code: string, overrides: Partial<Bundle> = {}): Bundle {
  const bytes = Buffer.from(code);
  return {
    format: 'modules',
    mainModule: 'index.js',
    modules: [{ name: 'index.js', contentType: 'application/javascript+module', bytes }],
    sourceMaps: [],
    localSourceMap: null,
    bindings: [],
    digest: '',
    exports: ['default'],
    inputs: [],
    size: { raw: bytes.byteLength, gzip: bytes.byteLength },
    warnings: [],
    ...overrides,
  };
}

type Worker = Parameters<typeof bundleNeeds>[0];

function worker(overrides: Partial<Worker> = {}): Worker {
  return {
    scriptName: 'api',
    bindings: [],
    migrations: [],
    exports: null,
    triggers: { workersDev: true },
    ...overrides,
  };
}

const NOTHING: BundleNeeds = { exports: [], handlers: [] };

describe('what a configuration needs of the code', () => {
  it('are the classes of its own bindings, not those of other Workers', () => {
    const bindings: ResolvedWorker['bindings'] = [
      { type: 'durable_object_namespace', name: 'A', class_name: 'Own' },
      { type: 'durable_object_namespace', name: 'B', class_name: 'Other', script_name: 'other' },
      { type: 'workflow', name: 'C', workflow_name: 'c', class_name: 'Flow', script_name: 'api' },
      { type: 'service', name: 'D', service: 'api', entrypoint: 'Admin' },
      { type: 'service', name: 'E', service: 'other', entrypoint: 'Theirs' },
      { type: 'kv_namespace', name: 'F', namespace_id: '0' },
    ];
    expect(bundleNeeds(worker({ bindings })).exports.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'Durable Object Own',
      'Workflow Flow',
      'entrypoint Admin',
    ]);
  });

  it('are the classes its migrations leave alive', () => {
    const migrations = [
      { tag: 'v1', new_classes: ['A', 'B'], new_sqlite_classes: ['C'] },
      { tag: 'v2', renamed_classes: [{ from: 'A', to: 'A2' }], deleted_classes: ['B'] },
      { tag: 'v3', transferred_classes: [{ from: 'X', from_script: 'other', to: 'D' }] },
    ];
    expect(liveClasses(migrations)).toEqual(['C', 'A2', 'D']);
    expect(bundleNeeds(worker({ migrations })).exports).toHaveLength(3);
  });

  it('are the declared exports that still live here, each once', () => {
    const exports = {
      Room: { type: 'durable-object', storage: 'sqlite' },
      Old: { type: 'durable-object', state: 'deleted' },
      Before: { type: 'durable-object', state: 'renamed', renamed_to: 'Room' },
      Admin: { type: 'worker' },
      Flow: { type: 'workflow' },
    };
    const bindings = [{ type: 'durable_object_namespace', name: 'ROOM', class_name: 'Room' }];
    expect(bundleNeeds(worker({ exports, bindings })).exports.map(({ name }) => name)).toEqual([
      'Room',
      'Admin',
      'Flow',
    ]);
  });

  it('are handlers for queues it consumes by push and for its crons', () => {
    const queueConsumers = [{ queue: 'q', type: 'worker' as const, settings: {} }];
    const triggers = { workersDev: true, queueConsumers, crons: ['* * * * *'] };
    expect(bundleNeeds(worker({ triggers })).handlers.map(({ name }) => name)).toEqual([
      'queue',
      'scheduled',
    ]);
    const pull = {
      workersDev: true,
      queueConsumers: [{ queue: 'q', type: 'http_pull' as const, settings: {} }],
      crons: [],
    };
    expect(bundleNeeds(worker({ triggers: pull })).handlers).toEqual([]);
  });
});

describe('a bundle', () => {
  const needsRoom: BundleNeeds = {
    exports: [{ kind: 'Durable Object', name: 'Room', section: 'durable_objects.bindings' }],
    handlers: [],
  };

  it('that exports all that is needed has no findings', () => {
    expect(checkBundle(bundle('', { exports: ['Room', 'default'] }), needsRoom)).toEqual([]);
  });

  it('that lacks a class is refused, naming the class and what there is', () => {
    const findings = checkBundle(bundle('', { exports: ['Roam', 'default'] }), needsRoom);
    expect(findings).toMatchObject([
      { severity: 'error', code: 'missing-export', path: 'durable_objects.bindings' },
    ]);
    expect(findings[0]?.message).toContain('Durable Object class Room');
    expect(findings[0]?.message).toContain('it exports Roam, default');
    expect(() => assertBundle(bundle(''), needsRoom)).toThrow(/Room/);
  });

  it('in service-worker format cannot have classes', () => {
    const findings = checkBundle(bundle('', { format: 'service-worker', exports: [] }), needsRoom);
    expect(findings).toMatchObject([
      { code: 'service-worker-exports', hint: expect.stringContaining('export default') },
    ]);
  });

  it('that re-exports files which are not bundled may have any export', () => {
    expect(checkBundle(bundle(`export * from './rooms.js';`), needsRoom)).toEqual([]);
  });

  it('without the word of a needed handler is refused', () => {
    const needs: BundleNeeds = { exports: [], handlers: [{ name: 'queue', section: 'queues.consumers' }] };
    expect(checkBundle(bundle('export default { fetch() {} };'), needs)).toMatchObject([
      { code: 'missing-handler' },
    ]);
    expect(checkBundle(bundle('export default { async queue(batch) {} };'), needs)).toEqual([]);
    expect(checkBundle(bundle('const e={queue:f};export{e as default};'), needs)).toEqual([]);
    expect(checkBundle(bundle('export default { myqueues() {} };'), needs)).toHaveLength(1);
  });

  it('over the limit is refused with its ten largest inputs', () => {
    const inputs = Array.from({ length: 12 }, (_, index) => ({
      path: `src/${index}.ts`,
      bytes: 1024 * (20 - index),
    }));
    const size = { raw: BUNDLE_LIMITS.bytes + 1, gzip: 1024 };
    const findings = checkBundle(bundle('', { inputs, size }), NOTHING);
    expect(findings).toMatchObject([{ severity: 'error', code: 'bundle-size' }]);
    expect(findings[0]?.message).toContain('20.00 KiB  src/0.ts');
    expect(findings[0]?.message).toContain('src/9.ts');
    expect(findings[0]?.message).not.toContain('src/10.ts');
    expect(() => assertBundle(bundle('', { inputs, size }), NOTHING)).toThrow(/64.00 MiB/);
  });

  it('close to the limit gets a warning, which does not stop anything', () => {
    const size = { raw: Math.ceil(BUNDLE_LIMITS.bytes * 0.95), gzip: 1 };
    expect(checkBundle(bundle('', { size }), NOTHING)).toMatchObject([{ severity: 'warning' }]);
    expect(() => assertBundle(bundle('', { size }), NOTHING)).not.toThrow();
  });
});
