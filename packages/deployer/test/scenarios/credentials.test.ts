import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFakeRuntime, startProject, type TestProject } from '../support/project.ts';

const TOKENS = ['explicit', 'own', 'environment-file', 'tenant-file', 'root-file', 'shared'].map(
  (name) => `token-${name}-0123456789`,
);
const target = { tenant: 'my-tenant', env: '' };
let project: TestProject;

beforeEach(async () => {
  project = await startProject({
    tenants: ['my-tenant'],
    emulator: { runtime: createFakeRuntime, tokens: TOKENS },
    tenantConfig: { healthCheck: false },
    wrangler: { env: { staging: {} } },
  });
});

afterEach(async () => {
  await project.close();
});

const used = (): string => project.calls[0]?.authorization?.replace('Bearer ', '') ?? '';

test('the token comes from the nearest place that has one', async () => {
  const [explicit = '', own = '', environmentFile = '', tenantFile = '', rootFile = '', shared = ''] = TOKENS;
  const places: readonly (readonly [string, () => Promise<void>])[] = [
    [shared, async () => undefined],
    [rootFile, () => project.write('.env.deploy', `CLOUDFLARE_API_TOKEN=${rootFile}\n`)],
    [tenantFile, () => project.write('tenants/my-tenant/.env', `CLOUDFLARE_API_TOKEN="${tenantFile}"\n`)],
    [
      environmentFile,
      () => project.write('tenants/my-tenant/.env.stg', `CLOUDFLARE_API_TOKEN=${environmentFile}\n`),
    ],
  ];
  const staging = { ...target, env: 'staging' };
  const noToken = { env: { CLOUDFLARE_API_TOKEN: shared } };
  for (const [token, prepare] of places) {
    await prepare();
    project.clear();
    await createWithout(noToken).status(staging);
    expect(used()).toBe(token);
  }
  project.clear();
  await createWithout({ env: { CLOUDFLARE_API_TOKEN: shared, CLOUDFLARE_API_TOKEN_MY_TENANT: own } }).status(
    staging,
  );
  expect(used()).toBe(own);
  project.clear();
  await project.another({ apiToken: explicit, env: { CLOUDFLARE_API_TOKEN_MY_TENANT: own } }).status(staging);
  expect(used()).toBe(explicit);
});

test('without any token nothing is sent, and every place looked at is named', async () => {
  const error = await createWithout({ env: {} })
    .deploy(target)
    .catch((thrown: unknown) => thrown);

  expect(error).toMatchObject({ code: 'CREDENTIALS_MISSING', exitCode: 4 });
  expect(String((error as Error).message)).toContain(
    'CLOUDFLARE_API_TOKEN_MY_TENANT, tenants/my-tenant/.env, .env.deploy',
  );
  expect(project.calls).toEqual([]);
});

test('a wrong token is a credentials error, and appears in no message', async () => {
  const wrong = 'planted-wrong-token-0123456789';
  const error = await project
    .another({ apiToken: wrong })
    .deploy(target)
    .catch((thrown: unknown) => thrown);

  expect(error).toMatchObject({ exitCode: 4 });
  expect(JSON.stringify([error, (error as Error).message, project.events])).not.toContain(wrong);
});

test('a planted token reaches no event, result or record, even when the API repeats it', async () => {
  const [token = ''] = TOKENS;
  project.emulator.admin.addFault({
    method: 'PUT',
    path: '/accounts/*/workers/scripts/*',
    status: 400,
    code: 10021,
    message: `the header Bearer ${token} is odd`,
  });
  const result = await project.another({ apiToken: token }).deploy(target);

  expect(result.error?.message).toContain('***');
  const everything = JSON.stringify([result, project.events, await project.read(String(result.record))]);
  expect(everything).not.toContain(token);
});

test('no token is sent to a base URL that is neither https nor loopback', async () => {
  expect(() => project.another({ baseUrl: 'http://example.com/client/v4' })).toThrow(
    expect.objectContaining({ code: 'BASE_URL_REFUSED', exitCode: 3 }) as Error,
  );
  expect(project.calls).toEqual([]);
});

function createWithout(options: { readonly env: Readonly<Record<string, string>> }) {
  return project.withoutToken(options);
}

test('ordinary variables of an env file are not hidden, secrets beside them are', async () => {
  const [token = ''] = TOKENS;
  await project.write(
    'tenants/my-tenant/.env',
    'STAGE=my-tenant\nPAYMENT_API_KEY=sk-planted-0123456789abcdef\n',
  );
  const result = await project
    .another({ apiToken: token })
    .deploy({ ...target, message: 'by sk-planted-0123456789abcdef' });

  expect(result.tenant).toBe('my-tenant');
  expect(await project.read(String(result.record))).not.toContain('sk-planted');
});
