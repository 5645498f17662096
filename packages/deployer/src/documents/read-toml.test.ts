import { describe, expect, it } from 'vitest';
import { readToml } from './read-toml.ts';

const TEXT = `name = "shop" # comment
compatibility_date = "2026-02-01"
routes = [
  "a.example.com/*",
  { pattern = "b.example.com", custom_domain = true },
]

[vars]
STAGE = 'production'
"odd key" = 5
multi = """
two
lines"""
dotted.inner = true

[[kv_namespaces]]
binding = "A"
id = "1"

[[kv_namespaces]]
binding = "B"

[env.staging.vars]
STAGE = "staging"

[[env.staging.kv_namespaces]]
binding = "C"
`;

describe('reading TOML', () => {
  const { document, findings } = readToml('wrangler.toml', TEXT);

  it('gives plain values', () => {
    expect(findings).toEqual([]);
    expect(document.value).toMatchObject({
      name: 'shop',
      vars: { STAGE: 'production', 'odd key': 5, multi: 'two\nlines', dotted: { inner: true } },
      kv_namespaces: [{ binding: 'A', id: '1' }, { binding: 'B' }],
      env: { staging: { vars: { STAGE: 'staging' }, kv_namespaces: [{ binding: 'C' }] } },
    });
  });

  it.each([
    [['name'], 1, 8, 6],
    [['routes', 0], 4, 3, 17],
    [['routes', 1, 'custom_domain'], 5, 48, 4],
    [['vars', 'STAGE'], 9, 9, 12],
    [['vars', 'odd key'], 10, 13, 1],
    [['vars', 'dotted', 'inner'], 14, 16, 4],
    [['kv_namespaces', 0, 'id'], 18, 6, 3],
    [['kv_namespaces', 1, 'binding'], 21, 11, 3],
    [['env', 'staging', 'vars', 'STAGE'], 24, 9, 9],
    [['env', 'staging', 'kv_namespaces', 0, 'binding'], 27, 11, 3],
  ])('knows where %j stands', (path, line, column, length) => {
    expect(document.place(path)).toEqual({ file: 'wrangler.toml', line, column, length });
  });

  it('places a missing field at its table', () => {
    expect(document.place(['kv_namespaces', 1, 'id'])).toMatchObject({ line: 20, column: 1 });
  });

  it('says where the syntax breaks', () => {
    expect(readToml('wrangler.toml', 'name = "shop"\nmain = \n').findings).toMatchObject([
      { severity: 'error', code: 'syntax', place: { line: 2 } },
    ]);
  });

  it('refuses a table that is written twice', () => {
    expect(readToml('wrangler.toml', '[vars]\n[vars]\n').findings).toMatchObject([{ code: 'syntax' }]);
  });

  it('refuses __proto__', () => {
    expect(readToml('wrangler.toml', '[vars]\n__proto__ = 1\n').findings).toMatchObject([
      { code: 'forbidden-key', path: 'vars.__proto__', place: { line: 2 } },
    ]);
  });
});
