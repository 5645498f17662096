import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProject, wranglerFile, type TestProject } from '../support/project.ts';

const target = { tenant: 'acme' };
let project: TestProject;

beforeAll(async () => {
  project = await startProject({
    tenants: ['acme', 'other'],
    emulator: { runtime: 'double', rateLimit: null },
    tenantConfig: { healthCheck: false },
    wrangler: { no_bundle: true },
  });
  await project.write(
    'tenants/other/src/index.js',
    'export class Api {}\nexport default { fetch() { return new Response(); } };\n',
  );
  await project.deployer.deploy({ tenant: 'other' });
});

afterAll(() => project.close());

const bind = (entrypoint: string): Promise<void> =>
  project.write(
    'tenants/acme/wrangler.json',
    wranglerFile('acme', {
      no_bundle: true,
      services: [{ binding: 'OTHER', service: 'other', entrypoint }],
    }),
  );

test('an entrypoint that the other Worker does not export is found before anything is sent', async () => {
  await bind('Apy');
  project.clear();

  await expect(project.deployer.deploy(target)).rejects.toMatchObject({
    code: 'RESOURCE_MISSING',
    message: expect.stringContaining('wants entrypoint Apy of Worker other, which exports Api') as unknown,
  });
  expect((await project.deployer.plan(target)).findings).toContainEqual(
    expect.objectContaining({ severity: 'error', code: 'entrypoint-missing', path: 'bindings.OTHER' }),
  );
  expect(project.writes()).toEqual([]);
});

test('one that it exports is bound, and costs no look when nothing of it changed', async () => {
  await bind('Api');
  expect(await project.deployer.deploy(target)).toMatchObject({ status: 'deployed', endState: 'live' });
  project.clear();
  await project.deployer.deploy({ ...target, force: true });
  expect(project.calls.filter(({ path }) => path.includes('/services/other'))).toEqual([]);
});
