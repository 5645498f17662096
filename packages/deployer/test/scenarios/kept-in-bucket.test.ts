import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LOCAL_TOKEN } from '@cf-deploy/emulator';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ACCOUNT, greetingRuntime, HEALTHY, startProject, type TestProject } from '../support/project.ts';

const BUCKET_TOKEN = 'bucket-token-0123456789';
const BUCKET_ACCOUNT = 'b'.repeat(32);
const objects = `/accounts/${BUCKET_ACCOUNT}/r2/buckets/releases/objects`;
const config = (fields: object = {}): string =>
  `export default ${JSON.stringify({ artifacts: { accountId: BUCKET_ACCOUNT, bucket: 'releases', ...fields } })};`;

let project: TestProject;

beforeEach(async () => {
  project = await startProject({
    tenants: ['acme', 'other'],
    emulator: {
      runtime: greetingRuntime,
      tokens: [LOCAL_TOKEN, BUCKET_TOKEN],
      accounts: [
        { id: ACCOUNT, subdomain: 'test' },
        { id: BUCKET_ACCOUNT, subdomain: 'store' },
      ],
    },
    wrangler: { secrets: { required: ['KEY'] }, kv_namespaces: [] },
    deployer: { env: { KEY_ACME: 'planted-secret-1', KEY_OTHER: 'planted-secret-2' } },
  });
  await project.emulator.admin.seed({ r2Buckets: [{ accountId: BUCKET_ACCOUNT, name: 'releases' }] });
  await project.write('cf-deploy.config.ts', config());
});

afterEach(() => project.close());

/** Calls of the bucket, as method and what they are about. */
const objectCalls = (): readonly string[] =>
  project.calls.flatMap(({ method, path }) => {
    if (!path.startsWith(objects)) return [];
    const [, room = 'list'] = decodeURIComponent(path.slice(objects.length + 1)).split('/');
    return [`${method} ${room}`];
  });

const change = (tenant: string, greeting: string): Promise<void> =>
  project.write(`tenants/${tenant}/src/index.js`, HEALTHY.replace("'one'", `'${greeting}'`));

test('a machine that has only the bucket uploads again what another machine uploaded', async () => {
  const first = await project.deployer.deploy({ tenant: 'acme' });
  await change('acme', 'two');
  await project.deployer.deploy({ tenant: 'acme' });
  await project.deployer.secrets.put({ tenant: 'acme', name: 'KEY', value: 'rotated-secret-1' });
  for (const folder of ['.cf-deploy', 'deployments']) {
    await rm(join(project.root, folder), { recursive: true, force: true });
  }

  const back = await project.another().rollback({ tenant: 'acme' });

  expect(back).toMatchObject({ status: 'deployed', error: null, endState: 'live' });
  expect(back.versionId).not.toBe(first.versionId);
  const answer = await project.emulator.fetch(new Request('https://acme.test.workers.dev/health'));
  expect(await answer.json()).toMatchObject({ greeting: 'one' });
});

test('code that tenants share is written once, and nothing is kept in the folder', async () => {
  await project.deployer.deployAll({});

  expect(objectCalls().filter((call) => call === 'PUT code')).toHaveLength(1);
  expect(objectCalls().filter((call) => call === 'PUT uploads')).toHaveLength(2);
  await expect(readdir(join(project.root, '.cf-deploy', 'artifacts'))).rejects.toThrow('ENOENT');
});

test('the token of the bucket goes to the bucket alone, and that of the tenant to all else', async () => {
  await project.write('cf-deploy.config.ts', config({ tokenVariable: 'CLOUDFLARE_API_TOKEN_RELEASES' }));
  const deployer = project.withoutToken({
    env: {
      KEY_ACME: 'planted-secret-1',
      CLOUDFLARE_API_TOKEN: LOCAL_TOKEN,
      CLOUDFLARE_API_TOKEN_RELEASES: BUCKET_TOKEN,
    },
  });

  await deployer.deploy({ tenant: 'acme' });

  const tokens = (inBucket: boolean) =>
    new Set(
      project.calls
        .filter(({ path }) => path.startsWith(objects) === inBucket)
        .map((call) => call.authorization),
    );
  expect(tokens(true)).toEqual(new Set([`Bearer ${BUCKET_TOKEN}`]));
  expect(tokens(false)).toEqual(new Set([`Bearer ${LOCAL_TOKEN}`]));
});

test('a bucket that is not there stops no deploy, and what is missing is said', async () => {
  await project.write('cf-deploy.config.ts', config({ bucket: 'gone' }));

  expect(await project.deployer.deploy({ tenant: 'acme' })).toMatchObject({ status: 'deployed' });

  expect(project.events).toContainEqual({
    type: 'notice',
    tenant: 'acme',
    message: expect.stringMatching(/^the upload is not kept.*gone/) as string,
  });
});

test('a bucket that cannot be read when going back is said, and the way that needs it is refused', async () => {
  await project.deployer.deploy({ tenant: 'acme' });
  await change('acme', 'two');
  await project.deployer.deploy({ tenant: 'acme' });
  await project.deployer.secrets.put({ tenant: 'acme', name: 'KEY', value: 'rotated-secret-1' });
  await project.write('cf-deploy.config.ts', config({ bucket: 'gone' }));

  await expect(project.another().rollback({ tenant: 'acme' })).rejects.toMatchObject({
    code: 'ROLLBACK_IMPOSSIBLE',
  });
  expect(project.events).toContainEqual({
    type: 'notice',
    tenant: 'acme',
    message: expect.stringMatching(/^a kept upload cannot be read.*gone/) as string,
  });
});

test('code with a secret in it does not reach the bucket', async () => {
  await change('acme', 'planted-secret-1');

  expect(await project.deployer.deploy({ tenant: 'acme' })).toMatchObject({ status: 'deployed' });

  expect(objectCalls().filter((call) => call.startsWith('PUT'))).toEqual([]);
});

test('a wrong bucket or variable is refused before anything is sent', async () => {
  for (const fields of [{ bucket: 'A' }, { prefix: '../x' }, { tokenVariable: 'GITHUB_TOKEN' }]) {
    await project.write('cf-deploy.config.ts', config(fields));
    const { findings } = await project.deployer.validate({ tenant: 'acme' });
    expect(findings).toContainEqual(expect.objectContaining({ path: `artifacts.${Object.keys(fields)[0]}` }));
  }
  expect(project.calls).toEqual([]);
});
