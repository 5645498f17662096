import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyProject, type Project } from './support/project.ts';

let project: Project;

const WRANGLER = { name: 'hello', main: 'i.js', compatibility_date: '2026-02-01' };
const TENANT = {
  tenantId: 'acme',
  accountId: '0123456789abcdef0123456789abcdef',
  healthCheck: false,
};
const FILES: Readonly<Record<string, string>> = {
  'tenants/acme/wrangler.json': JSON.stringify(WRANGLER),
  'tenants/acme/tenant.config.json': JSON.stringify(TENANT),
  'tenants/acme/i.js': 'export default { fetch() { return new Response("ok"); } };',
  'tenants/b d/wrangler.json': JSON.stringify({ ...WRANGLER, name: 'b' }),
  'tenants/c d/wrangler.json': JSON.stringify({ ...WRANGLER, name: 'c' }),
};

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cf-deploy-not-a-tenant-'));
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  project = await copyProject(folder, { runtime: 'double' });
  await rm(folder, { recursive: true });
});

afterAll(() => project?.remove());

const place = (name: string) => ({ severity: 'error', place: { file: `tenants/${name}` } });

describe('folders that are no tenants', () => {
  it.each(['validate', 'plan', 'drift', 'status'])(
    'are each named by %s of all, which looks at the others and is no success',
    async (command) => {
      const told = await project.local([command, '--all']);
      expect([told.exitCode, told.json.ok]).toEqual([3, false]);
      expect(told.json.result.results).toMatchObject([{ tenant: 'acme' }]);
      expect(told.json.result.findings).toMatchObject([place('b d'), place('c d')]);
      const { stdout } = await project.cli([command, '--all', '--local']);
      for (const name of ['b d', 'c d']) expect(stdout).toContain(`tenants/${name} is not a tenant id`);
    },
    60_000,
  );

  it('are each named by doctor, and by a deploy of all, which sends nothing', async () => {
    const doctor = await project.local(['doctor']);
    expect(doctor.exitCode).not.toBe(0);
    for (const name of ['b d', 'c d']) expect(doctor.stdout).toContain(`tenants/${name} is not a tenant id`);
    const deploy = await project.local(['deploy', '--all']);
    expect([deploy.exitCode, deploy.json.error?.code]).toEqual([3, 'CONFIG_INVALID']);
    for (const name of ['b d', 'c d']) expect(deploy.stdout).toContain(`tenants/${name} is not a tenant id`);
  }, 60_000);

  it('keep nobody from a tenant named by its id', async () => {
    expect((await project.local(['deploy', '--tenant=acme'])).exitCode).toBe(0);
    expect((await project.local(['drift', '--tenant=acme'])).exitCode).toBe(0);
  }, 60_000);
});
