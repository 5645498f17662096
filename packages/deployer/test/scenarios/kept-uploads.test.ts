import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ACCOUNT, createFakeRuntime, HEALTHY, startProject, type TestProject } from '../support/project.ts';

const SECRET = 'planted-secret-0123456789';

let project: TestProject;

beforeEach(async () => {
  project = await startProject({
    tenants: ['acme', 'other'],
    emulator: { runtime: createFakeRuntime },
    tenantConfig: { healthCheck: false },
    wrangler: { secrets: { required: ['KEY'] } },
    deployer: { env: { KEY_ACME: SECRET, KEY_OTHER: SECRET } },
  });
});

afterEach(() => project.close());

async function kept(): Promise<readonly string[]> {
  const folder = join(project.root, '.cf-deploy', 'artifacts');
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names
    .filter((name) => /^(code|uploads\/.*)\/.*\.json$/.test(name))
    .map((name) => join(folder, name));
}

test('what is uploaded is kept, named in the record and in the version, and never with a secret', async () => {
  await project.deployer.deploy({ tenant: 'acme' });
  await project.deployer.deploy({ tenant: 'other' });
  const files = await kept();

  const record = JSON.parse(await project.read(`deployments/${(await project.records())[0] ?? ''}`)) as {
    artifact: string;
  };
  const version = project.emulator.admin
    .scripts(ACCOUNT)
    .find(({ name }) => name === 'acme')
    ?.versions.at(-1);
  expect(record.artifact).toMatch(/^[0-9a-f]{32}$/);
  expect(version?.annotations['workers/message']).toContain(` artifact=${record.artifact} `);
  expect(files.filter((file) => file.includes('/uploads/'))).toHaveLength(2);
  // Both run the same code.
  expect(files.filter((file) => file.includes('/code/'))).toHaveLength(1);
  for (const file of files) expect(await readFile(file, 'utf8')).not.toContain(SECRET);
});

test('code with a secret written into it is deployed, and not kept, which is said', async () => {
  await project.write('tenants/acme/src/index.js', HEALTHY.replace("'one'", `'${SECRET}'`));

  const result = await project.deployer.deploy({ tenant: 'acme' });

  expect(result).toMatchObject({ status: 'deployed', error: null });
  expect(await kept()).toEqual([]);
  expect(project.events).toContainEqual({
    type: 'notice',
    tenant: 'acme',
    message: expect.stringContaining('holds the value of a secret') as string,
  });
});

test('a folder that cannot be written stops no deploy', async () => {
  await mkdir(join(project.root, '.cf-deploy'), { recursive: true });
  await writeFile(join(project.root, '.cf-deploy', 'artifacts'), 'a file');

  expect(await project.deployer.deploy({ tenant: 'acme' })).toMatchObject({ status: 'deployed' });
  expect(project.events).toContainEqual(
    expect.objectContaining({ type: 'notice', message: expect.stringContaining('not kept') as string }),
  );
});

test('nothing changed: nothing is kept', async () => {
  await project.deployer.deploy({ tenant: 'acme' });
  const before = await kept();
  await project.deployer.deploy({ tenant: 'acme' });
  expect(await kept()).toEqual(before);
});
