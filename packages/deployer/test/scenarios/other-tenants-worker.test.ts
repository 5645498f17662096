import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  ACCOUNT,
  HEALTHY,
  startProject,
  tenantFile,
  wranglerFile,
  type TestProject,
} from '../support/project.ts';

let project: TestProject;
const beta = { tenant: 'beta' };

/** A Worker with two versions that acme deployed, of whose files nothing is left here; beta's file has its name. */
beforeEach(async () => {
  project = await startProject({ emulator: { runtime: 'double' }, tenantConfig: { healthCheck: false } });
  await project.deployer.deploy({ tenant: 'acme' });
  await project.write('tenants/acme/src/index.js', HEALTHY.replace("'one'", "'two'"));
  await project.deployer.deploy({ tenant: 'acme' });
  await rm(join(project.root, 'tenants/acme'), { recursive: true });
  await project.write('tenants/beta/wrangler.json', wranglerFile('acme'));
  await project.write(
    'tenants/beta/tenant.config.json',
    tenantFile('beta', { healthCheck: false, requiredSecrets: ['KEY'] }),
  );
  await project.write('tenants/beta/src/index.js', HEALTHY);
  await project.write('tenants/beta/.env', 'KEY=value-of-the-key\n');
  project.clear();
});

afterEach(() => project.close());

const change = {
  deploy: (takeOver = false) => project.another().deploy({ ...beta, takeOver }),
  rollback: (takeOver = false) => project.another().rollback({ ...beta, takeOver }),
  'secrets put': (takeOver = false) =>
    project.another().secrets.put({ ...beta, name: 'KEY', value: 'value-of-the-key', takeOver }),
  'secrets push': (takeOver = false) => project.another().secrets.push({ ...beta, takeOver }),
  destroy: (takeOver = false) => project.another().destroy({ ...beta, takeOver }),
} satisfies Record<string, (takeOver?: boolean) => Promise<object>>;

test.each(Object.entries(change))(
  '%s leaves the Worker of another tenant alone, unless it is to take it over',
  async (_what, run) => {
    await expect(run()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/acme/) as string,
    });
    expect(project.writes()).toEqual([]);
    await expect(run(true)).resolves.toBeDefined();
    expect(project.writes()).not.toEqual([]);
  },
);

test('drift says whose it is, because a deploy would not put anything back', async () => {
  const { changes, notices } = await project.another().drift(beta);
  expect(changes.map(({ path }) => path)).toContain('code');
  expect(notices).toContain('it was deployed as acme; a deploy of beta needs --take-over');
});

test('whoever names the Worker itself means it, whoever deployed it', async () => {
  const named = { ...beta, account: ACCOUNT, script: 'acme' };
  expect(await project.another().planRollback(named)).toMatchObject({ action: 'update' });
  expect(await project.another().rollback(named)).toMatchObject({ status: 'deployed', endState: 'live' });
});
