import { describe, expect, it } from 'vitest';
import type { ResolvedResult } from '../../src/resolve/resolve-loaded.ts';
import { WORKER_FIELDS } from '../../src/resolve/schema/worker-fields.ts';
import { TENANT_FIELDS } from '../../src/shapes/tenant-schema.ts';
import { check } from '../config/support.ts';
import { type Leaf, textLeaves } from './schema-leaves.ts';

/** What no field takes, wherever it stands. */
const ABSURD: readonly (readonly [string, string])[] = [
  ['a NUL', 'a\u0000b'],
  ['a bidirectional override', 'a\u202eb'],
  ['a bell', 'a\u0007b'],
  ['an escape', '\u001b[31ma'],
  ['a C1 control character', 'a\u0085b'],
  ['a Windows line end', 'a\r\nX-Injected: b'],
  ['half a character', 'a\ud800b'],
  ['a hundred kilobytes', 'a'.repeat(100_000)],
];

/** Values of any JSON are the user's own: a text in them may have lines, of Windows too. */
const ANY_JSON =
  /^(?:vars|overrides|workers\{\}\.overrides|previews|access|dev|unsafe\.metadata|healthCheck\.expectJson|.*\.(?:props|dev|local_dev|\w+_retention))\b(?!\{key\})/;

const wrangler: readonly Leaf[] = [...WORKER_FIELDS].flatMap(([field, { schema }]) =>
  textLeaves(schema, field).map((leaf) => ({
    ...leaf,
    build: (text: string) => ({ [field]: leaf.build(text) }),
  })),
);
const tenant: readonly Leaf[] = Object.entries(TENANT_FIELDS).flatMap(([field, schema]) =>
  textLeaves(schema, field).map((leaf) => ({
    ...leaf,
    build: (text: string) => ({ [field]: leaf.build(text) }),
  })),
);

function errorsAt(result: ResolvedResult, field: string): number {
  return result.findings.filter(
    ({ severity, path, place }) =>
      severity === 'error' && place !== undefined && (path === field || path.startsWith(field)),
  ).length;
}

describe('somebody writes nonsense into a field', () => {
  it('and there are fields enough for this to mean something', () => {
    expect(wrangler.length).toBeGreaterThan(150);
    expect(tenant.length).toBeGreaterThan(25);
  });

  it.each(wrangler.map((leaf) => [leaf.name, leaf] as const))('%s of the wrangler file', (name, leaf) => {
    const field = name.split(/[.[{]/)[0] ?? '';
    const passed = ABSURD.filter(
      ([, text]) => errorsAt(check(leaf.build(text) as object as never), field) === 0,
    );
    expect(passed.map(([what]) => what)).toEqual(ANY_JSON.test(name) ? ['a Windows line end'] : []);
  });

  it.each(tenant.map((leaf) => [leaf.name, leaf] as const))('%s of tenant.config.json', (name, leaf) => {
    const field = name.split(/[.[{]/)[0] ?? '';
    const passed = ABSURD.filter(
      ([, text]) => errorsAt(check({}, { tenant: leaf.build(text) as object as never }), field) === 0,
    );
    expect(passed.map(([what]) => what)).toEqual(ANY_JSON.test(name) ? ['a Windows line end'] : []);
  });

  it('and a name or an id is never two dots', () => {
    const passed = [
      ...wrangler.filter((leaf) => errorsAt(check(leaf.build('..') as object as never), '') === 0),
      ...tenant.filter(
        (leaf) => errorsAt(check({}, { tenant: leaf.build('..') as object as never }), '') === 0,
      ),
    ];
    expect([...new Set(passed.map(({ name }) => name))].toSorted()).toMatchInlineSnapshot(`
      [
        "$schema",
        "access{key}",
        "access{}",
        "alias{key}",
        "alias{}",
        "base_dir",
        "build.command",
        "build.cwd",
        "build.watch_dir",
        "build.watch_dir[]",
        "d1_databases[].migrations_dir",
        "d1_databases[].migrations_pattern",
        "data_blobs{}",
        "define{}",
        "dev{key}",
        "dev{}",
        "exports{}.default_retention.error_retention",
        "exports{}.default_retention.success_retention",
        "featureFlags{}",
        "healthCheck.expectJson{key}",
        "healthCheck.expectJson{}",
        "healthCheck.headers{key}",
        "healthCheck.headers{}",
        "healthCheck.versionFrom",
        "hyperdrive[].localConnectionString",
        "labels{}",
        "overrides{key}",
        "overrides{}",
        "previews{key}",
        "previews{}",
        "r2_buckets[].local_dev{key}",
        "r2_buckets[].local_dev{}",
        "services[].props{key}",
        "services[].props{}",
        "text_blobs{}",
        "tsconfig",
        "unsafe.bindings[].dev{key}",
        "unsafe.bindings[].dev{}",
        "unsafe.metadata{key}",
        "unsafe.metadata{}",
        "vars{}",
        "wasm_modules{}",
        "workers{}.overrides{key}",
        "workers{}.overrides{}",
        "workers{}.path",
        "workflows[].default_retention.error_retention",
        "workflows[].default_retention.success_retention",
      ]
    `);
  });
});
