import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lacksHealthCheck } from '@cf-deploy/deployer';
import { ACCOUNT, createFakeRuntime, HEALTHY, startProject, type TestProject } from '../support/project.ts';

let project: TestProject;

const OTHER = 'f'.repeat(32);
const wrangler = (fields: object = {}): object => ({
  name: 'hello',
  main: 'src/index.js',
  compatibility_date: '2026-02-01',
  ...fields,
});

beforeEach(async () => {
  project = await startProject({ tenants: [], emulator: { runtime: createFakeRuntime } });
  await project.write('wrangler.json', wrangler());
  await project.write('src/index.js', HEALTHY);
});

afterEach(async () => {
  await project.close();
});

describe('a plain wrangler project', () => {
  it('is one tenant with the name of its Worker, and goes all the way', async () => {
    const { deployer } = project;
    expect(await deployer.tenants()).toEqual(['hello']);
    const target = { tenant: 'hello' };
    expect(await deployer.plan(target)).toMatchObject({ action: 'create', accountId: ACCOUNT });
    const first = await deployer.deploy(target);
    expect(first).toMatchObject({ status: 'deployed', scriptName: 'hello', accountId: ACCOUNT });
    expect([first.health.skipped, lacksHealthCheck(first)]).toEqual(['undeclared', true]);
    await project.write('src/index.js', HEALTHY.replace('one', 'two'));
    await deployer.deploy(target);
    expect(await deployer.drift(target)).toMatchObject({ drifted: false });
    expect(await deployer.rollback(target)).toMatchObject({ versionId: first.versionId });
    expect(await deployer.status(target)).toMatchObject({ exists: true });
  });

  it('demands no health check, and says how to add one', async () => {
    const { valid, findings } = await project.deployer.validate({ tenant: 'hello' });
    expect(valid).toBe(true);
    expect(findings).toMatchObject([{ severity: 'info', code: 'no-health-check' }]);
    await project.write('cf-deploy.config.mjs', 'export default { healthCheck: { path: "/up" } };');
    const { worker } = await project.another().config({ tenant: 'hello' });
    expect(worker.health).toMatchObject({ path: '/up' });
  });

  it('takes its account from the wrangler file, then from CLOUDFLARE_ACCOUNT_ID', async () => {
    const env = { CLOUDFLARE_ACCOUNT_ID: OTHER };
    const account = async (name = ''): Promise<string> => {
      const { worker } = await project.another({ env }).config({ tenant: 'hello', env: name });
      return worker.accountId;
    };
    expect(await account()).toBe(OTHER);
    await project.write(
      'wrangler.json',
      wrangler({ account_id: ACCOUNT, env: { staging: { account_id: 'e'.repeat(32) } } }),
    );
    expect(await account()).toBe(ACCOUNT);
    expect(await account('stg')).toBe('e'.repeat(32));
  });

  it('is refused with a token that sees several accounts, which are listed', async () => {
    await project.emulator.admin.seed({ accounts: [{ id: OTHER, name: 'other', subdomain: 'other' }] });
    await expect(project.deployer.deploy({ tenant: 'hello' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining(OTHER),
    });
    expect(project.writes()).toEqual([]);
  });

  it('is refused in an account the project does not allow', async () => {
    await project.write('cf-deploy.config.mjs', `export default { allowedAccounts: ['${OTHER}'] };`);
    await expect(project.another().deploy({ tenant: 'hello' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    expect(project.writes()).toEqual([]);
  });

  it('is not one more tenant beside tenants', async () => {
    await project.write(
      'tenants.jsonl',
      JSON.stringify({ tenantId: 'acme', accountId: ACCOUNT, worker: 'workers/api' }),
    );
    expect(await project.another().tenants()).toEqual(['acme']);
  });
});

describe('a monorepo of plain Workers', () => {
  it('needs one line', async () => {
    await project.write('cf-deploy.config.mjs', `export default { apps: ['apps/*'] };`);
    await project.write('apps/one/wrangler.jsonc', wrangler({ name: 'app-one' }));
    await project.write(
      'apps/two/wrangler.toml',
      'name = "app-two"\nmain = "src/index.js"\ncompatibility_date = "2026-02-01"\n',
    );
    await project.write('apps/docs/readme.md', '');
    for (const app of ['one', 'two']) await project.write(`apps/${app}/src/index.js`, HEALTHY);
    const deployer = project.another();
    expect(await deployer.tenants()).toEqual(['one', 'two']);
    expect(await deployer.deployAll({})).toMatchObject({
      results: [
        { scriptName: 'app-one', status: 'deployed' },
        { scriptName: 'app-two', status: 'deployed' },
      ],
    });
  });

  it('that is not there is an error', async () => {
    await project.write('cf-deploy.config.mjs', `export default { apps: ['nothing/*'] };`);
    await expect(project.another().validateAll({})).rejects.toMatchObject({ findings: [{ code: 'apps' }] });
  });
});
