import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  ACCOUNT,
  createFakeRuntime,
  HEALTHY,
  startProject,
  tenantFile,
  wranglerFile,
} from '../support/project.ts';

test('a Worker of a dispatch namespace is uploaded once, again when it changes, and has no drift in between', async () => {
  const project = await startProject({
    emulator: { runtime: createFakeRuntime },
    wrangler: { observability: { enabled: true } },
  });
  onTestFinished(() => project.close());
  await project.emulator.admin.seed({ dispatchNamespaces: [{ accountId: ACCOUNT, name: 'customers' }] });
  const target = { tenant: 'acme', dispatchNamespace: 'customers' };

  const first = await project.deployer.deploy(target);
  expect(first).toMatchObject({ status: 'deployed', endState: 'live', error: null, url: null });
  expect(project.writes()).toEqual(['PUT /dispatch/namespaces/customers/scripts/acme']);
  expect((await project.deployer.drift(target)).changes).toEqual([]);
  expect((await project.deployer.deploy(target)).status).toBe('unchanged');

  await project.write('tenants/acme/src/index.js', HEALTHY.replace("'one'", "'two'"));
  expect(await project.deployer.deploy(target)).toMatchObject({ status: 'deployed', endState: 'live' });
});

test('a Worker of a dispatch namespace that another tenant deployed is left alone, unless it is to be taken over', async () => {
  const project = await startProject({ emulator: { runtime: createFakeRuntime } });
  onTestFinished(() => project.close());
  await project.emulator.admin.seed({ dispatchNamespaces: [{ accountId: ACCOUNT, name: 'customers' }] });
  await project.deployer.deploy({ tenant: 'acme', dispatchNamespace: 'customers' });
  await rm(join(project.root, 'tenants/acme'), { recursive: true });
  await project.write('tenants/beta/wrangler.json', wranglerFile('acme'));
  await project.write('tenants/beta/tenant.config.json', tenantFile('beta', { requiredSecrets: ['KEY'] }));
  await project.write('tenants/beta/.env', 'KEY=value-of-the-key\n');
  await project.write('tenants/beta/src/index.js', HEALTHY);
  const beta = { tenant: 'beta', dispatchNamespace: 'customers' };
  const deployer = project.another();
  project.clear();

  const refused = { code: 'CONFLICT', message: expect.stringContaining('was deployed as acme') as string };
  await expect(deployer.deploy(beta)).rejects.toMatchObject(refused);
  await expect(deployer.rollback(beta)).rejects.toMatchObject(refused);
  await expect(
    deployer.secrets.put({ ...beta, name: 'KEY', value: 'value-of-the-key' }),
  ).rejects.toMatchObject(refused);
  await expect(deployer.destroy(beta)).rejects.toMatchObject(refused);
  expect((await deployer.plan(beta)).findings).toMatchObject([{ code: 'foreign-worker', severity: 'error' }]);
  expect((await deployer.drift(beta)).notices.join()).toContain('it was deployed as acme');
  expect(project.writes()).toEqual([]);
  expect(await deployer.deploy({ ...beta, takeOver: true })).toMatchObject({ status: 'deployed' });
});
