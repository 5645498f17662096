import { describe, expect, it } from 'vitest';
import { loadProjectConfig } from '../../src/project/load-project-config.ts';
import { resolveWorker } from '../../src/resolve/resolve-worker.ts';
import { ACCOUNT, lines, SMALLEST, writeFiles } from './support.ts';

const TENANT_FILES = {
  'tenants/acme/tenant.config.json': JSON.stringify({ tenantId: 'acme', accountId: ACCOUNT, region: 'eu' }),
  'tenants/acme/wrangler.jsonc': JSON.stringify(SMALLEST),
  'tenants/acme/src/index.ts': '',
};

describe('cf-deploy.config.ts', () => {
  it('is not needed', async () => {
    expect(await loadProjectConfig(await writeFiles({ 'a.txt': '' }))).toEqual({
      rules: {},
      findings: [],
      sources: {},
      document: null,
    });
  });

  it('is TypeScript, may import its own files, and gives rules for every tenant', async () => {
    const rootDir = await writeFiles({
      ...TENANT_FILES,
      'cf-deploy.config.ts': `
        import { defineConfig } from '@cf-deploy/deployer';
        import { names } from './rules.ts';
        const oneOf = (values: string[]) => ({ '~standard': { version: 1 as const, vendor: 'test',
          validate: (value: unknown) => values.includes(String(value)) ? { value } : { issues: [{ message: 'must be a region' }] } } });
        export default defineConfig({ requiredBindings: names, workerName: /^acme-/, tenantFields: { region: oneOf(['us']) } });`,
      'rules.ts': `export const names: string[] = ['DB'];`,
    });
    const { findings, worker } = await resolveWorker({ rootDir, tenant: 'acme' });
    expect(worker).toBeNull();
    expect(lines(findings)).toEqual([
      'error project-rule region',
      'error missing-binding ',
      'error naming-rule name',
    ]);
  });

  it('lets a tenant file have the fields it adds', async () => {
    const rootDir = await writeFiles({
      ...TENANT_FILES,
      'cf-deploy.config.mjs': `export default { tenantFields: { region: { '~standard': { version: 1, vendor: 'x', validate: (value) => ({ value }) } } } };`,
    });
    expect((await resolveWorker({ rootDir, tenant: 'acme' })).worker).not.toBeNull();
  });

  it.each([
    ['does not compile', 'export default {', 'project-config'],
    ['throws', 'throw new Error("no luck");', 'project-config'],
    ['exports nothing', 'export const a = 1;', 'project-config'],
    ['has an unknown field', 'export default { requireBindings: [] };', 'unknown-field'],
    ['has a field of the wrong type', 'export default { requiredBindings: "DB" };', 'wrong-type'],
  ])('that %s is a finding, and no tenant is resolved', async (_, text, code) => {
    const rootDir = await writeFiles({ ...TENANT_FILES, 'cf-deploy.config.ts': text });
    const { findings, worker, sources } = await resolveWorker({ rootDir, tenant: 'acme' });
    expect(worker).toBeNull();
    expect(findings[0]).toMatchObject({ severity: 'error', code, place: { file: 'cf-deploy.config.ts' } });
    expect(sources['cf-deploy.config.ts']).toBe(text);
  });
});
