import { expect, onTestFinished, test } from 'vitest';
import {
  createFakeRuntime,
  startProject,
  type TestProject,
  wranglerFile,
} from '../../test/support/project.ts';

const binds = (name: string, service: string): object =>
  wranglerFile(name, { services: [{ binding: 'OTHER', service }] });

async function startTwo(): Promise<TestProject> {
  const project = await startProject({ tenants: ['a', 'b'], emulator: { runtime: createFakeRuntime } });
  onTestFinished(() => project.close());
  return project;
}

/** In order, each target with what would stop its deploy. */
async function told(project: TestProject): Promise<readonly (readonly [string, readonly string[]])[]> {
  const { results } = await project.deployer.planAll({});
  return results.map((result) => [
    result.tenant,
    'findings' in result
      ? result.findings.filter(({ severity }) => severity === 'error').map(({ code }) => code)
      : [result.error.code],
  ]);
}

test('a plan of many goes in the order of their deploy: who is bound comes first, and counts as there for who binds it', async () => {
  const project = await startTwo();
  await project.write('tenants/a/wrangler.json', binds('a', 'b'));
  expect(await told(project)).toEqual([
    ['b', []],
    ['a', []],
  ]);
  expect(project.writes()).toEqual([]);
});

test('of two that bind each other, and are not there, both have a plan', async () => {
  const project = await startTwo();
  await project.write('tenants/a/wrangler.json', binds('a', 'b'));
  await project.write('tenants/b/wrangler.json', binds('b', 'a'));
  expect((await told(project)).toSorted(([one], [other]) => one.localeCompare(other))).toEqual([
    ['a', []],
    ['b', []],
  ]);
});

test('a target that binds what nobody of the project has says so, and the other has its plan', async () => {
  const project = await startTwo();
  await project.write('tenants/a/wrangler.json', binds('a', 'nobody'));
  expect(await told(project)).toEqual([
    ['a', ['resource-missing']],
    ['b', []],
  ]);
});
