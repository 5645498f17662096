import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveWorker, resolveWorkerOrThrow } from '../../src/resolve/resolve-worker.ts';
import { openTenants } from '../../src/tenants/catalog.ts';
import { loadTenant, loadTenants } from '../../src/tenants/tenants.ts';
import { ConfigError } from '../../src/errors.ts';
import { ACCOUNT, lines, SMALLEST, writeFiles } from './support.ts';

const TENANT = JSON.stringify({ tenantId: 'acme', accountId: ACCOUNT });

/** A project with one tenant, its wrangler file as given. */
function project(wrangler: string, name = 'wrangler.jsonc'): Promise<string> {
  return writeFiles({
    'tenants/acme/tenant.config.json': TENANT,
    [`tenants/acme/${name}`]: wrangler,
    'tenants/acme/src/index.ts': 'export default {};',
  });
}

describe('tenants', () => {
  it('are the folders with a configuration, sorted', async () => {
    const rootDir = await writeFiles({
      'tenants/zeta/wrangler.toml': '',
      'tenants/acme/tenant.config.json': TENANT,
      'tenants/notes/readme.md': '',
      'tenants/.hidden/wrangler.jsonc': '',
    });
    expect(await loadTenants(rootDir)).toEqual(['acme', 'zeta']);
  });

  it('cannot be listed without a tenants folder', async () => {
    await expect(loadTenants(await writeFiles({ 'a.txt': '' }))).rejects.toMatchObject({
      code: 'ROOT_NOT_FOUND',
    });
  });

  it('refuse a folder whose name only looks like an id', async () => {
    const rootDir = await writeFiles({ 'tenants/аcme/wrangler.jsonc': '{}' });
    const catalog = await openTenants(rootDir);
    expect(await catalog.ids()).toEqual([]);
    expect(await catalog.findings()).toMatchObject([
      { severity: 'error', message: expect.stringContaining(String.raw`tenants/\u{430}cme`) as string },
    ]);
  });

  it.each(['../acme', 'a/b', '..', '', '__proto__', 'аcme', 'acme\u0000', 'a'.repeat(300), 'constructor'])(
    'refuse the name %j',
    async (id) => {
      const error = await loadTenant(await project('{}'), id).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ConfigError);
      expect(error).toMatchObject({ code: 'TENANT_UNKNOWN', exitCode: 3 });
    },
  );

  it('that are misspelt are suggested', async () => {
    await expect(loadTenant(await project('{}'), 'amce')).rejects.toMatchObject({
      hint: 'Did you mean "acme"?',
    });
  });

  it('must be the tenant of their folder', async () => {
    const rootDir = await writeFiles({
      'tenants/acme/tenant.config.json': JSON.stringify({ tenantId: 'other', accountId: ACCOUNT }),
      'tenants/acme/wrangler.json': JSON.stringify({ ...SMALLEST, main: 'index.js' }),
      'tenants/acme/index.js': '',
    });
    const { findings } = await resolveWorker({ rootDir, tenant: 'acme' });
    expect(lines(findings)).toEqual(['error tenant-mismatch tenantId']);
  });

  it('say which of their files is missing', async () => {
    const rootDir = await writeFiles({ 'tenants/acme/tenant.config.json': TENANT });
    const { findings, worker } = await resolveWorker({ rootDir, tenant: 'acme' });
    expect(worker).toBeNull();
    expect(findings).toMatchObject([
      { code: 'file-missing', message: 'tenants/acme has no wrangler.jsonc.' },
    ]);
  });
});

describe('files', () => {
  it('of 10 MB are refused without being parsed', async () => {
    const rootDir = await project(`{ "vars": { "A": "${'x'.repeat(10_000_000)}" } }`);
    const { findings } = await resolveWorker({ rootDir, tenant: 'acme' });
    expect(lines(findings)).toEqual(['error file-unreadable ']);
  });

  it.each([
    ['deep nesting', '['.repeat(100_000), 'nesting-too-deep'],
    ['bytes that are no text', '\u0000\ufffd', 'syntax'],
    ['a list', '[]', 'syntax'],
    ['nothing', '', 'syntax'],
  ])('with %s are refused', async (_, text, code) => {
    const { findings } = await resolveWorker({ rootDir: await project(text), tenant: 'acme' });
    expect(findings.map((finding) => finding.code)).toContain(code);
  });

  it('that are folders are refused', async () => {
    const rootDir = await writeFiles({ 'tenants/acme/tenant.config.json': TENANT });
    await mkdir(path.join(rootDir, 'tenants/acme/wrangler.jsonc'));
    const { findings } = await resolveWorker({ rootDir, tenant: 'acme' });
    expect(lines(findings)).toEqual(['error file-unreadable ']);
  });

  it('that are endless devices are refused', async () => {
    const rootDir = await writeFiles({ 'tenants/acme/tenant.config.json': TENANT });
    await symlink('/dev/zero', path.join(rootDir, 'tenants/acme/wrangler.jsonc'));
    const { findings } = await resolveWorker({ rootDir, tenant: 'acme' });
    expect(lines(findings)).toEqual(['error link ']);
  });

  it('with __proto__ leave every object as it was', async () => {
    const rootDir = await project('{ "__proto__": { "main": "x" }, "name": "shop" }');
    const { findings } = await resolveWorker({ rootDir, tenant: 'acme' });
    expect(findings.map(({ code }) => code)).toContain('forbidden-key');
    expect(({} as { main?: string }).main).toBeUndefined();
  });

  it('may be TOML', async () => {
    const toml = 'name = "shop"\nmain = "src/index.ts"\ncompatibility_date = "2026-02-01"\n[vars]\nA = 5\n';
    const { worker } = await resolveWorkerOrThrow({
      rootDir: await project(toml, 'wrangler.toml'),
      tenant: 'acme',
    });
    expect(worker.bindings).toEqual([{ name: 'A', type: 'json', json: 5 }]);
  });

  it('with a mistake show the lines it is about', async () => {
    const rootDir = await project('{\n  "name": "shop",\n  "mian": "src/index.ts"\n}');
    const { findings } = await resolveWorker({ rootDir, tenant: 'acme' });
    expect(findings.find(({ code }) => code === 'unknown-field')).toMatchObject({
      hint: 'Did you mean `main`?',
      frame: '  2 |   "name": "shop",\n> 3 |   "mian": "src/index.ts"\n    |   ^^^^^^\n  4 | }',
    });
  });

  it('in TOML say that dates need quotes', async () => {
    const toml = 'name = "shop"\nmain = "src/index.ts"\ncompatibility_date = 2026-02-01\n';
    const { findings } = await resolveWorker({
      rootDir: await project(toml, 'wrangler.toml'),
      tenant: 'acme',
    });
    expect(findings).toMatchObject([
      { code: 'wrong-type', hint: 'Put the date between double quotes.', place: { line: 3, column: 22 } },
    ]);
  });
});

describe('the error of a configuration with mistakes', () => {
  it.each([
    ['{ "name": "shop" "main": 1 }', undefined, 'CONFIG_UNREADABLE'],
    [JSON.stringify({ ...SMALLEST, nam: 1 }), undefined, 'CONFIG_INVALID'],
    [JSON.stringify({ ...SMALLEST, env: { staging: {} } }), 'nope', 'ENVIRONMENT_UNKNOWN'],
  ])('%s with --env %s is %3$s', async (text, env, code) => {
    const error = await resolveWorkerOrThrow({ rootDir: await project(text), tenant: 'acme', env }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code, exitCode: 3 });
    expect((error as ConfigError).findings.length).toBeGreaterThan(0);
    expect((error as ConfigError).message).toMatch(/tenants\/acme\/wrangler\.jsonc:1:\d+/);
  });
});
