import { describe, expect, it } from 'vitest';
import { BINDING_ROWS, type BindingRow } from '../../test/support/binding-rows.ts';
import type { WorkerBinding } from './binding.ts';
import { bindingsFromConfig, bindingTarget, describeBinding, normaliseBinding } from './convert.ts';

const context = { scriptName: 'shop', environment: null, compatibilityDate: '2026-02-01' };
const own = { scriptName: 'shop' };

describe('each kind of binding', () => {
  it.each<BindingRow>(BINDING_ROWS)('%s goes up as the API wants it', (section, value, uploaded) => {
    expect(bindingsFromConfig({ [section]: value }, context).map(({ binding }) => binding)).toEqual([
      uploaded,
    ]);
  });

  it.each<BindingRow>(BINDING_ROWS)(
    '%s compares equal to what the API gives back',
    (_, __, uploaded, answer) => {
      const returned = { ...uploaded, ...answer } as WorkerBinding;
      expect(normaliseBinding(returned, own)).toEqual(normaliseBinding(uploaded, own));
    },
  );

  it.each<BindingRow>(BINDING_ROWS)('%s normalises to the same, however often', (_, __, uploaded) => {
    const once = normaliseBinding(uploaded, own);
    expect(normaliseBinding(once, own)).toEqual(once);
  });

  it.each<BindingRow>(BINDING_ROWS)('%s is described in one line', (_, __, uploaded) => {
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
