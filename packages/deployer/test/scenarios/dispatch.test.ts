import { expect, onTestFinished, test } from 'vitest';
import { ACCOUNT, createFakeRuntime, HEALTHY, startProject } from '../support/project.ts';

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
