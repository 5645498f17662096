import { rm, symlink, unlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveWorker } from '../../src/resolve/resolve-worker.ts';
import { openTenants } from '../../src/tenants/catalog.ts';
import { ACCOUNT, SMALLEST, writeFiles } from '../config/support.ts';

const SECRET = 'planted-secret-value';
const tenant = (id: string, more: object = {}): string =>
  JSON.stringify({ tenantId: id, accountId: ACCOUNT, ...more });
const worker = JSON.stringify({ ...SMALLEST, vars: { A: SECRET } });

/** A project of two tenants in `repo`, beside a folder that is none of its. */
async function project(more: Readonly<Record<string, string>> = {}): Promise<string> {
  const outside = await writeFiles({
    'repo/tenants/a/tenant.config.json': tenant('a'),
    'repo/tenants/a/wrangler.jsonc': worker,
    'repo/tenants/a/src/index.ts': '',
    'repo/tenants/b/tenant.config.json': tenant('b'),
    'repo/tenants/b/wrangler.jsonc': worker,
    'repo/tenants/b/src/index.ts': '',
    'repo/shared/c/tenant.config.json': tenant('c'),
    'repo/shared/c/wrangler.jsonc': worker,
    'repo/shared/c/src/index.ts': '',
    'elsewhere/tenant.config.json': tenant('d'),
    'elsewhere/wrangler.jsonc': `{ "name": ${SECRET}`,
    'elsewhere/src/index.ts': '',
    ...more,
  });
  return path.join(outside, 'repo');
}

const findingsOf = async (rootDir: string, id: string): Promise<string> => {
  const { findings, worker: resolved } = await resolveWorker({ rootDir, tenant: id });
  return JSON.stringify([resolved === null ? 'refused' : 'resolved', findings]);
};

describe('a tenant’s folder that is a link', () => {
  it('is followed inside the project, and listed', async () => {
    const rootDir = await project();
    await symlink('../shared/c', path.join(rootDir, 'tenants/c'));
    expect(await findingsOf(rootDir, 'c')).toMatch(/^\["resolved"/);
    expect(await (await openTenants(rootDir)).ids()).toEqual(['a', 'b', 'c']);
  });

  it('is refused by name when it leads out of the project, and nothing of it is shown', async () => {
    const rootDir = await project();
    await symlink('../../elsewhere', path.join(rootDir, 'tenants/d'));
    expect(await (await openTenants(rootDir)).ids()).toContain('d');
    const said = await findingsOf(rootDir, 'd');
    expect(said).toMatch(/^\["refused".*tenants\/d lies outside of the project/);
    expect(said).not.toContain(SECRET);
  });

  it('is read where the project allows the folder it leads to', async () => {
    const rootDir = await project({
      'repo/cf-deploy.config.mjs': `export default { allowedRoots: ['../elsewhere'] };`,
      'elsewhere/wrangler.jsonc': worker,
    });
    await symlink('../../elsewhere', path.join(rootDir, 'tenants/d'));
    expect(await findingsOf(rootDir, 'd')).toMatch(/^\["resolved"/);
  });

  it('is named when it leads nowhere', async () => {
    const rootDir = await project();
    await symlink('../gone', path.join(rootDir, 'tenants/e'));
    const findings = await (await openTenants(rootDir)).findings();
    expect(findings.map(({ message }) => message)).toEqual(['tenants/e is a link that leads nowhere.']);
  });
});

describe('a tenant tries to read another configuration than its own', () => {
  it.each([
    ['a file outside of the project', '../../../elsewhere/wrangler.jsonc', 'lies outside of the project'],
    ['another tenant’s file', '../b/wrangler.jsonc', 'belongs to another tenant, b'],
  ])('by a link to %s', async (_, target, refusal) => {
    const rootDir = await project();
    const file = path.join(rootDir, 'tenants/a/wrangler.jsonc');
    await unlink(file);
    await symlink(target, file);
    const said = await findingsOf(rootDir, 'a');
    expect(said).toContain(refusal);
    expect(said).not.toContain(SECRET);
  });

  it.each(['..', '../..', '../elsewhere', './..', 'tenants/../..'])(
    'by the path of a Worker, %s',
    async (folder) => {
      for (const fields of [{ worker: folder }, { workers: { api: { path: folder } } }]) {
        const rootDir = await project({ 'repo/tenants/a/tenant.config.json': tenant('a', fields) });
        await rm(path.join(rootDir, 'tenants/a/wrangler.jsonc'));
        const said = await findingsOf(rootDir, 'a');
        expect(said).toContain('worker-unknown');
        expect(said).not.toContain(SECRET);
      }
    },
  );

  it('by the path of another tenant’s folder', async () => {
    const fields = { workers: { api: { path: 'tenants/b' } } };
    const rootDir = await project({ 'repo/tenants/a/tenant.config.json': tenant('a', fields) });
    await rm(path.join(rootDir, 'tenants/a/wrangler.jsonc'));
    const said = await findingsOf(rootDir, 'a');
    expect(said).toMatch(/^\["refused".*belongs to another tenant, b/);
    expect(said).not.toContain(SECRET);
  });

  it('by a link in the place of a shared Worker', async () => {
    const fields = { workers: { api: { path: 'workers/api' } } };
    const rootDir = await project({
      'repo/tenants/a/tenant.config.json': tenant('a', fields),
      'repo/workers/README.md': '',
    });
    await rm(path.join(rootDir, 'tenants/a/wrangler.jsonc'));
    await symlink('../../elsewhere', path.join(rootDir, 'workers/api'));
    const said = await findingsOf(rootDir, 'a');
    expect(said).toMatch(/^\["refused".*workers\/api lies outside of the project/);
    expect(said).not.toContain(SECRET);
  });
});
