import { expect, it, onTestFinished } from 'vitest';
import { startProject } from '../support/project.ts';

it('an upload lists the packages of the project that are installed', async () => {
  const project = await startProject();
  onTestFinished(() => project.close());
  await project.write('tenants/acme/package.json', { dependencies: { tiny: '^1.0.0', missing: '*' } });
  await project.write('tenants/acme/node_modules/tiny/package.json', { name: 'tiny', version: '1.2.3' });
  expect((await project.deployer.deploy({ tenant: 'acme' })).status).toBe('deployed');
  const documents = JSON.stringify(project.emulator.admin.snapshot(), (_key, value: unknown) =>
    value instanceof Map ? [...value] : value,
  );
  expect(documents).toContain(
    JSON.stringify([{ name: 'tiny', packageJsonVersion: '^1.0.0', installedVersion: '1.2.3' }]),
  );
});

it('an upload lists none when the file says so', async () => {
  const project = await startProject({ wrangler: { dependencies_instrumentation: { enabled: false } } });
  onTestFinished(() => project.close());
  await project.write('tenants/acme/package.json', { dependencies: { tiny: '^1.0.0' } });
  await project.write('tenants/acme/node_modules/tiny/package.json', { name: 'tiny', version: '1.2.3' });
  expect((await project.deployer.deploy({ tenant: 'acme' })).status).toBe('deployed');
  const [script] = project.emulator.admin.scripts('0123456789abcdef0123456789abcdef');
  expect(script?.versions[0]?.packageDependencies).toBeNull();
});
