import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { knownKeys } from '../../src/shapes/known-keys.ts';
import { UNSUPPORTED_FIELDS } from '../../src/shapes/unsupported-fields.ts';
import { WORKER_FIELDS } from '../../src/resolve/schema/worker-fields.ts';
import { check, lines } from './support.ts';

/**
 * Every field that the published JSON Schema of wrangler 4.86.0 or 4.164.0 has, one object a line: its path, its keys.
 * Objects inside fields that are free-form or refused as a whole are left out. `[]` is any item, `*` any key.
 */
const LINES = (await readFile(new URL('../fixtures/wrangler-fields.txt', import.meta.url), 'utf8'))
  .trim()
  .split('\n');
const FIELDS = LINES.flatMap((line) => {
  const [owner = '', keys = ''] = line.split(': ');
  return keys.split(' ').map((key) => (owner === '' ? [key] : [...partsOf(owner), key]));
});

describe('every field of wrangler is supported, or refused by name with a hint', () => {
  it('the list is whole', () => {
    expect(FIELDS.length).toBeGreaterThan(300);
  });

  it.each(FIELDS.map((field) => [field.join('.'), field] as const))('%s', (_, field) => {
    if (isSupported(field)) return;
    expect(refusal(field)).toMatchObject({ code: 'unsupported-field', hint: expect.stringMatching(/\w/) });
  });

  it('names of older versions that concern local development only are warnings', () => {
    const { worker, findings } = check({
      miniflare: { kv_persist: true },
      kv_namespaces: [{ binding: 'KV', id: 'a'.repeat(32), experimental_remote: true }],
    });
    expect(lines(findings)).toEqual([
      'warning unknown-field miniflare',
      'warning unknown-field kv_namespaces[0].experimental_remote',
    ]);
    expect(worker?.bindings).toEqual([{ type: 'kv_namespace', name: 'KV', namespace_id: 'a'.repeat(32) }]);
  });

  it('none is both', () => {
    const both = FIELDS.filter(
      (field) => isSupported(field) && Object.hasOwn(UNSUPPORTED_FIELDS, field.join('.')),
    );
    expect(both).toEqual([]);
  });
});

function partsOf(path: string): readonly string[] {
  return path.split('.').flatMap((part) => (part.endsWith('[]') ? [part.slice(0, -2), '[]'] : [part]));
}

function isSupported([head = '', ...rest]: readonly string[]): boolean {
  const field = WORKER_FIELDS.get(head);
  const last = rest.at(-1);
  if (field === undefined || last === undefined) return field !== undefined;
  return knownKeys(field.schema, rest.slice(0, -1)).includes(last);
}

/** What a file that has the field is told about it. */
function refusal(field: readonly string[]): unknown {
  const last = field.length - 1;
  const value = field.reduceRight<unknown>((inner, part, index) => {
    if (part === '[]') return [inner];
    return { ...(index === last ? {} : { type: 'durable-object' }), [part]: inner };
  }, 'x');
  const path = field.join('.').replaceAll('.[]', '[0]').replaceAll('*', 'Key');
  const text = JSON.parse(JSON.stringify(value).replaceAll('"*"', '"Key"')) as Record<string, unknown>;
  delete text['type'];
  return check(text).findings.find((finding) => finding.path === path && finding.severity === 'error');
}
