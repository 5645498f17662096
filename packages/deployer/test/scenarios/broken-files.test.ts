import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  ACCOUNT,
  ask,
  greetingRuntime,
  HEALTHY,
  startProject,
  type TestProject,
} from '../support/project.ts';

let project: TestProject;
let first: string | null;
let second: string | null;

const target = { tenant: 'acme' };

beforeEach(async () => {
  project = await startProject({ emulator: { runtime: greetingRuntime } });
  first = (await project.deployer.deploy(target)).versionId;
  await project.write('tenants/acme/src/index.js', HEALTHY.replace("'one'", "'two'"));
  second = (await project.deployer.deploy(target)).versionId;
});

afterEach(() => project.close());

const BREAKS: readonly [string, () => Promise<void>][] = [
  ['a wrangler file that does not parse', () => project.write('tenants/acme/wrangler.json', '{ "name": ')],
  ['a field that is refused', () => project.write('tenants/acme/wrangler.json', '{ "nmae": "acme" }')],
  ['a tenant file that is refused', () => project.write('tenants/acme/tenant.config.json', '{}')],
  ['a project file that throws', () => project.write('cf-deploy.config.mjs', 'throw new Error("no");')],
  ['no files at all', () => rm(join(project.root, 'tenants/acme'), { recursive: true })],
  ['no tenants at all', () => rm(join(project.root, 'tenants'), { recursive: true })],
];

test.each(BREAKS)('with %s, what is live is shown and can be taken back', async (_what, breakFiles) => {
  await breakFiles();

  expect(await project.deployer.status(target)).toMatchObject({
    exists: true,
    scriptName: 'acme',
    url: 'https://acme.test.workers.dev',
    deployment: { versions: [{ versionId: second, percentage: 100 }] },
    error: null,
  });
  expect((await project.deployer.versions(target)).versions.map(({ versionId }) => versionId)).toEqual([
    second,
    first,
  ]);
  const result = await project.deployer.rollback(target);
  expect(result).toMatchObject({ status: 'deployed', endState: 'live', versionId: first, error: null });
  expect(await ask(project, 'acme.test.workers.dev')).toMatchObject({ greeting: 'one' });
  expect(project.events).toContainEqual({
    type: 'notice',
    tenant: 'acme',
    message: expect.stringMatching(/files cannot be used.*deployments\/acme/s) as string,
  });
});

test('without files and records, the account and the name given by hand are enough', async () => {
  await rm(join(project.root, 'tenants/acme'), { recursive: true });
  await rm(join(project.root, 'deployments'), { recursive: true });

  await expect(project.deployer.rollback(target)).rejects.toMatchObject({ code: 'TENANT_UNKNOWN' });
  await expect(project.deployer.rollback({ ...target, account: ACCOUNT })).rejects.toMatchObject({
    code: 'USAGE',
    hint: 'Add --script=<name>.',
  });
  const named = { ...target, account: ACCOUNT, script: 'acme' };
  expect(await project.deployer.rollback(named)).toMatchObject({ endState: 'live', versionId: first });
});

test('a name that cannot be one is refused before anything is sent', async () => {
  project.clear();
  for (const wrong of [
    { account: '../x' },
    { account: ACCOUNT, script: '../x' },
    { tenant: '../x', account: ACCOUNT, script: 'acme' },
  ]) {
    await expect(project.deployer.status({ ...target, ...wrong })).rejects.toMatchObject({ code: 'USAGE' });
  }
  expect(project.calls).toEqual([]);
});

test('a typing error in the tenant finds no record, and stays the error it is', async () => {
  await expect(project.deployer.status({ tenant: 'acmee' })).rejects.toMatchObject({
    code: 'TENANT_UNKNOWN',
  });
});

test('after a rotated secret, a rollback leaves the bad code and not only the secret', async () => {
  await project.deployer.secrets.put({ ...target, name: 'KEY', value: 'rotated-value' });
  expect(await project.deployer.rollback({ ...target, force: true })).toMatchObject({ versionId: first });
});

test('after a rollback, a refused secret does not tell to deploy the bad code again', async () => {
  await project.deployer.rollback(target);
  await expect(
    project.deployer.secrets.put({ ...target, name: 'KEY', value: 'rotated-value' }),
  ).rejects.toMatchObject({ code: 'CONFLICT', hint: expect.stringContaining('commit of the live version') });
});
