import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { LOCAL_TOKEN } from '@cf-deploy/emulator';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resolveSecret, type ValueSources } from '../../src/credentials/resolve.ts';
import { indexSuffixes, ownVariable, tenantSuffix } from '../../src/credentials/tenant-variables.ts';
import {
  createFakeRuntime,
  startProject,
  tenantFile,
  wranglerFile,
  type TestProject,
} from '../support/project.ts';

const VALUE = 'planted-value-0123456789';
const TARGET = { tenant: 'acme', env: '' };

function sources(fields: Partial<ValueSources> = {}): ValueSources {
  return {
    tenant: 'acme',
    environment: null,
    suffixes: indexSuffixes(['acme', 'other', 'my-acme']),
    files: [],
    env: {},
    allowedSecrets: [],
    ...fields,
  };
}

describe('configuration that names a variable as a secret', () => {
  const RESERVED =
    'CLOUDFLARE_API_TOKEN CLOUDFLARE_API_TOKEN_OTHER CLOUDFLARE_API_KEY CF_API_KEY GITHUB_TOKEN ACTIONS_RUNTIME_TOKEN RUNNER_TEMP NPM_TOKEN npm_config_authtoken NODE_AUTH_TOKEN AWS_SECRET_ACCESS_KEY AZURE_CLIENT_SECRET GOOGLE_APPLICATION_CREDENTIALS CI_JOB_TOKEN PATH HOME SSH_AUTH_SOCK';

  test.each(RESERVED.split(' '))('does not get %s, not even when the project allows it', (name) => {
    const env = { [name]: VALUE, ...(name.includes('_') ? { [`${name}_ACME`]: VALUE } : {}) };
    expect(resolveSecret(sources({ env, allowedSecrets: [name] }), name)).toBeUndefined();
  });

  test.each(['OPENAI_API_KEY', 'DATABASE_URL', 'SOMETHING'])('does not get the bare variable %s', (name) => {
    expect(resolveSecret(sources({ env: { [name]: VALUE } }), name)).toBeUndefined();
  });

  test('gets it when the project allows the name, from the environment or .env.deploy', () => {
    const file = { name: '.env.deploy', scope: 'project', values: { KEY_A: VALUE }, mode: 0o600 } as const;
    expect(
      resolveSecret(sources({ env: { KEY_A: VALUE }, allowedSecrets: ['KEY_A'] }), 'KEY_A')?.open(),
    ).toBe(VALUE);
    expect(resolveSecret(sources({ files: [file], allowedSecrets: ['KEY_A'] }), 'KEY_A')?.open()).toBe(VALUE);
    expect(resolveSecret(sources({ files: [file] }), 'KEY_A')).toBeUndefined();
  });

  test.each([
    ['another tenant’s variable', 'API_KEY_OTHER', { API_KEY_OTHER: VALUE }],
    ['a variable of a tenant with a longer name', 'API_KEY_MY', { API_KEY_MY_ACME: VALUE }],
    ['inherited names', '__proto__', {}],
    ['inherited names', 'constructor', {}],
  ])('does not get %s', (_what, name, env) => {
    expect(resolveSecret(sources({ env }), name)).toBeUndefined();
  });

  test('does not get a variable of everybody by a tenant that is called like its end', () => {
    expect(ownVariable('STRIPE_API', 'key', indexSuffixes(['key']))).toBeNull();
    expect(ownVariable('GITHUB', 'token', indexSuffixes(['token']))).toBeNull();
    expect(ownVariable('API_KEY', 'acme', indexSuffixes(['acme']))).toBe('API_KEY_ACME');
  });

  test('gets the tenant’s own, and what its own file says', () => {
    expect(resolveSecret(sources({ env: { API_KEY_ACME: VALUE } }), 'API_KEY')?.open()).toBe(VALUE);
    const file = { name: 'tenants/acme/.env', scope: 'tenant', mode: 0o600 } as const;
    const files = [{ ...file, values: { AWS_KEY: VALUE, CLOUDFLARE_API_TOKEN: VALUE } }];
    expect(resolveSecret(sources({ files }), 'AWS_KEY')?.open()).toBe(VALUE);
    expect(resolveSecret(sources({ files }), 'CLOUDFLARE_API_TOKEN')).toBeUndefined();
  });

  test('my_tenant and my-tenant have variables of their own', () => {
    expect(tenantSuffix('my-tenant')).toBe('MY_TENANT');
    expect(tenantSuffix('my_tenant')).toBe('MY__TENANT');
  });
});

describe('in a project', () => {
  let project: TestProject;

  beforeEach(async () => {
    project = await startProject({
      git: true,
      tenants: ['acme'],
      emulator: { runtime: createFakeRuntime, tokens: [VALUE, 'ci-token-0123456789', LOCAL_TOKEN] },
      tenantConfig: { healthCheck: false },
      wrangler: { env: { production: {} } },
    });
  });

  afterEach(async () => {
    await project.close();
  });

  const refusal = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => null,
      (thrown: unknown) => thrown,
    );

  test.each([
    ['requiredSecrets', { requiredSecrets: ['CLOUDFLARE_API_TOKEN_OTHER'] }],
    ['apiKeys', { apiKeys: { chat: 'CF_API_KEY' } }],
  ])('%s cannot name what deploys: nothing is sent', async (_field, fields) => {
    await project.write('tenants/acme/tenant.config.json', tenantFile('acme', fields));
    const error = await refusal(project.deployer.deploy(TARGET));
    expect(error).toMatchObject({ code: 'SECRET_REFUSED', exitCode: 3 });
    expect(project.calls).toEqual([]);
  });

  test('a bare variable is not uploaded, and the project’s configuration can allow it', async () => {
    await project.write(
      'tenants/acme/tenant.config.json',
      tenantFile('acme', { healthCheck: false, requiredSecrets: ['OPENAI_API_KEY'] }),
    );
    const env = { OPENAI_API_KEY: VALUE };
    expect(await refusal(project.another({ env }).deploy(TARGET))).toMatchObject({ code: 'SECRET_MISSING' });
    expect(project.writes()).toEqual([]);
    await project.write('cf-deploy.config.mjs', "export default { allowedSecrets: ['OPENAI_API_KEY'] };");
    expect(await project.another({ env }).deploy(TARGET)).toMatchObject({ status: 'deployed' });
  });

  test('tenants that would share variables are refused by name', async () => {
    for (const tenant of ['Acme', 'a--b', 'a_b']) {
      await project.write(`tenants/${tenant}/wrangler.json`, wranglerFile('x'));
    }
    expect(await refusal(project.deployer.plan(TARGET))).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('acme and Acme') as string,
    });
    expect(await refusal(project.deployer.plan({ tenant: 'a_b' }))).toMatchObject({
      message: expect.stringContaining('a_b and a--b') as string,
    });
  });

  test('an env file that git tracks is refused', async () => {
    const git = (...args: string[]): void =>
      void execFileSync('git', ['-C', project.root, ...args], { stdio: 'ignore' });
    await project.write('tenants/acme/.env', `CLOUDFLARE_API_TOKEN=${VALUE}\n`);
    git('init');
    git('add', '-f', 'tenants/acme/.env');
    const error = await refusal(project.withoutToken({ env: { ...process.env, CI: '1' } }).plan(TARGET));
    expect(error).toMatchObject({ code: 'ENV_FILE_EXPOSED', exitCode: 4 });
    expect(project.calls).toEqual([]);
  });

  test.each([0o644, 0o660, 0o604])(
    'an env file with mode %o is refused, except on a CI runner',
    async (mode) => {
      await project.write('tenants/acme/.env', `CLOUDFLARE_API_TOKEN=${VALUE}\n`);
      await chmod(join(project.root, 'tenants/acme/.env'), mode);
      expect(await refusal(project.withoutToken().plan(TARGET))).toMatchObject({
        code: 'ENV_FILE_EXPOSED',
        hint: 'Run chmod 600 tenants/acme/.env.',
      });
      expect(await project.withoutToken({ env: { CI: 'true' } }).plan(TARGET)).toMatchObject({
        action: 'create',
      });
    },
  );

  test('an env file that is a link to another tenant’s is refused, and so is a folder that is one', async () => {
    await project.write('tenants/other/.env', `CLOUDFLARE_API_TOKEN=${VALUE}\n`);
    await symlink('../other/.env', join(project.root, 'tenants/acme/.env'));
    expect(await refusal(project.withoutToken().plan(TARGET))).toMatchObject({ code: 'ENV_FILE_EXPOSED' });
    await project.write('tenants/other/wrangler.json', wranglerFile('acme'));
    await project.write('tenants/other/tenant.config.json', tenantFile('evil'));
    await symlink('other', join(project.root, 'tenants/evil'));
    expect(await refusal(project.withoutToken().plan({ tenant: 'evil' }))).not.toBeNull();
    expect(project.calls).toEqual([]);
  });

  test('of two tokens it is said which one is used; on a CI runner a file does not beat a variable', async () => {
    await project.write('tenants/acme/.env', `CLOUDFLARE_API_TOKEN=${VALUE}\n`);
    const env = { CLOUDFLARE_API_TOKEN: 'ci-token-0123456789' };
    await project.withoutToken({ env }).plan(TARGET);
    expect(JSON.stringify(project.events)).toContain(
      'The API token comes from tenants/acme/.env; another one in CLOUDFLARE_API_TOKEN is not used.',
    );
    project.clear();
    expect(await refusal(project.withoutToken({ env: { ...env, CI: '1' } }).plan(TARGET))).toMatchObject({
      code: 'CREDENTIALS_AMBIGUOUS',
    });
    expect(project.calls).toEqual([]);
  });

  test('a variable does not lead a token to another host; the project or the caller may', async () => {
    const env = { CLOUDFLARE_API_TOKEN: VALUE, CLOUDFLARE_API_BASE_URL: 'https://evil.example/client/v4' };
    expect(await refusal(project.withoutToken({ env }).plan(TARGET))).toMatchObject({
      code: 'BASE_URL_REFUSED',
    });
    const sent: string[] = [];
    const fetch: typeof globalThis.fetch = async (input, init) => {
      sent.push(new URL(new Request(input, init).url).host);
      return new Response('{}', { status: 400 });
    };
    await refusal(project.withoutToken({ env, fetch, apiHosts: ['evil.example'] }).plan(TARGET));
    await project.write('cf-deploy.config.mjs', "export default { apiHosts: ['evil.example'] };");
    await refusal(project.withoutToken({ env, fetch }).plan(TARGET));
    expect(new Set(sent)).toEqual(new Set(['evil.example']));
    expect(JSON.stringify(project.events)).toContain('The API is https://evil.example, not Cloudflare.');
  });

  test('a changed account needs agreement in production, and is told elsewhere', async () => {
    const env = 'production';
    expect(await project.deployer.deploy({ ...TARGET, env })).toMatchObject({ status: 'deployed' });
    const moved = { accountId: 'f'.repeat(32), healthCheck: false };
    await project.write('tenants/acme/tenant.config.json', tenantFile('acme', moved));
    project.clear();
    for (const command of [
      () => project.deployer.deploy({ ...TARGET, env }),
      () => project.deployer.secrets.put({ ...TARGET, env, name: 'A', value: VALUE }),
    ]) {
      expect(await refusal(command())).toMatchObject({ code: 'ACCOUNT_CHANGED', exitCode: 3 });
    }
    expect(project.calls).toEqual([]);
    expect(
      await refusal(project.another({ acceptAccountChange: true }).deploy({ ...TARGET, env })),
    ).toMatchObject({ code: expect.not.stringContaining('ACCOUNT_CHANGED') as string });
    expect(JSON.stringify(project.events)).toContain(`The account is ${'f'.repeat(32)}; the last deploy`);
  });

  test('what is not a file is no env file', async () => {
    await mkdir(join(project.root, 'tenants/acme/.env'));
    expect(await refusal(project.withoutToken().plan(TARGET))).toMatchObject({ code: 'CONFIG_UNREADABLE' });
    await rm(join(project.root, 'tenants/acme/.env'), { recursive: true });
  });
});
