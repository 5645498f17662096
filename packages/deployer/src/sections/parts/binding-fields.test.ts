import { describe, expect, it } from 'vitest';
import { BINDING_ROWS, ROWS_WITHOUT_SECTION } from '../../../test/support/binding-rows.ts';
import type { WorkerBinding } from '../../bindings/binding.ts';
import { normaliseBinding } from '../../bindings/convert.ts';
import { BINDING_MODULES, bindingModule } from '../../bindings/registry.ts';
import { isObject, type Json } from '../../json.ts';
import { toFields } from '../canonical.ts';
import { compareEntries, type Entries } from '../compare.ts';

const ROWS: readonly WorkerBinding[] = [
  ...BINDING_ROWS.map(([, , uploaded, answer]) => ({ ...uploaded, ...answer })),
  ...ROWS_WITHOUT_SECTION,
];

/** Fields that go up and no answer gives back, or gives back with a meaning of its own, so that nobody can compare them. */
const NOT_COMPARED: Readonly<Record<string, readonly string[]>> = {
  data_blob: ['part'],
  durable_object_namespace: ['namespace_id'],
  text_blob: ['part'],
  wasm_module: ['part'],
};

/** Names under which a difference is told that is found under another one. */
const TOLD_AS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  d1: { database_id: 'id' },
  pipelines: { stream: 'pipeline' },
};

/** Each way to change one scalar of a value, with the scalar's path. */
function changesOf(
  value: Json | undefined,
  path: string,
): readonly { readonly path: string; readonly changed: Json }[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: Json, index) =>
      changesOf(item, path).map((inner) => ({ ...inner, changed: value.with(index, inner.changed) })),
    );
  }
  if (isObject(value)) {
    return Object.entries(value).flatMap(([key, item]) =>
      changesOf(item, `${path}.${key}`).map((inner) => ({
        ...inner,
        changed: { ...value, [key]: inner.changed },
      })),
    );
  }
  if (value === undefined) return [];
  const changed =
    typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${String(value)} changed`;
  return [{ path, changed }];
}

const entries = (binding: WorkerBinding): Entries => ({
  [binding.name]: toFields(normaliseBinding(binding, { scriptName: 'shop' })),
});

/** Every change of one field of what is live, with the difference it must make. */
const CHANGES = ROWS.flatMap((live) =>
  Object.entries(live)
    .filter(([field]) => field !== 'name' && field !== 'type')
    .flatMap(([field, value]) =>
      changesOf(value, field).map(({ path, changed }) => ({
        type: live.type,
        path,
        live,
        other: { ...live, [field]: changed } as WorkerBinding,
        told: NOT_COMPARED[live.type]?.includes(path) ? [] : [TOLD_AS[live.type]?.[field] ?? field],
      })),
    ),
);

describe('each field of each kind of binding', () => {
  it.each(CHANGES)('$type: a change of $path makes exactly that difference', ({ live, other, told }) => {
    const differences = compareEntries(entries(live), entries(other));
    expect(differences.map(({ key, field }) => [key, field])).toEqual(told.map((field) => ['A', field]));
  });

  it('is in a row of its kind, if its comparable form reads it', () => {
    const missing = BINDING_MODULES.flatMap(({ types, normalise }) =>
      types.flatMap((type) => {
        const rows = ROWS.filter((row) => row.type === type);
        const known = new Set(rows.flatMap((row) => Object.keys(row)));
        const read = new Set<string>();
        for (const row of rows) {
          const watched = new Proxy(row, {
            get: (target, field) => (read.add(String(field)), target[String(field)]),
          });
          normalise(watched, { scriptName: 'shop' });
        }
        return [...read].filter((field) => !known.has(field)).map((field) => `${type}.${field}`);
      }),
    );
    expect(missing, 'add a row with these fields to test/support/binding-rows.ts').toEqual([]);
  });

  it('belongs to a kind with a row', () => {
    const types = BINDING_MODULES.flatMap((module) => module.types);
    const without = types.filter(
      (type) => !ROWS.some((row) => bindingModule(row.type) === bindingModule(type)),
    );
    expect(without, 'add a row for these to test/support/binding-rows.ts').toEqual([]);
  });
});
