import { LOCAL_TOKEN } from '@cf-deploy/emulator';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SecretsPlan } from '../../src/commands/plan-secrets.ts';
import {
  ACCOUNT,
  createFakeRuntime,
  HEALTHY,
  startProject,
  tenantFile,
  type TestProject,
} from '../support/project.ts';

const target = { tenant: 'acme' };
const VALUE = 'planted-secret-value-0123456789';
let project: TestProject;

beforeEach(async () => {
  project = await startProject({
    emulator: { runtime: createFakeRuntime },
    tenantConfig: { healthCheck: false, requiredSecrets: ['API_KEY'] },
  });
});

afterEach(async () => {
  await project.close();
});

const liveSecrets = (): unknown[] =>
  (project.emulator.admin.scripts(ACCOUNT)[0]?.versions.at(-1)?.bindings ?? []).filter(
    ({ type }) => type === 'secret_text',
  );

/** Names of the secrets of the version that has the traffic. */
function namesLive(): readonly string[] {
  const [script] = project.emulator.admin.scripts(ACCOUNT);
  const live = script?.deployments[0]?.versions[0]?.versionId;
  const bindings = script?.versions.find(({ id }) => id === live)?.bindings ?? [];
  return bindings.flatMap(({ type, name }) => (type === 'secret_text' ? [name] : [])).toSorted();
}

test('a required secret without a value anywhere stops the deploy before anything is sent', async () => {
  await expect(project.deployer.deploy(target)).rejects.toMatchObject({
    code: 'SECRET_MISSING',
    exitCode: 3,
  });
  expect(project.writes()).toEqual([]);
});

test('a required secret with a value here travels with the upload, and is inherited by the next one', async () => {
  await project.write('tenants/acme/.env', `API_KEY=${VALUE}\n`);
  const first = await project.deployer.deploy(target);
  expect(first.status).toBe('deployed');
  expect(liveSecrets()).toEqual([{ type: 'secret_text', name: 'API_KEY', text: VALUE }]);

  await project.write('tenants/acme/.env', '');
  await project.write('tenants/acme/src/index.js', HEALTHY.replace("'one'", "'two'"));
  expect((await project.deployer.deploy(target)).status).toBe('deployed');
  expect(liveSecrets()).toEqual([{ type: 'secret_text', name: 'API_KEY', text: VALUE }]);
});

test('a secret value reaches no event, result or record', async () => {
  await project.write('tenants/acme/.env', `API_KEY=${VALUE}\n`);
  const result = await project.deployer.deploy({ ...target, message: `with ${VALUE}` });

  const everything = JSON.stringify([result, project.events, await project.read(String(result.record))]);
  expect(everything).not.toContain(VALUE);
});

test('secrets are put, listed, pushed and deleted by name', async () => {
  await project.write('tenants/acme/.env', `API_KEY=${VALUE}\n`);
  await project.deployer.deploy(target);

  const put = await project.deployer.secrets.put({ ...target, name: 'EXTRA', value: 'another-value' });
  expect(put.secrets).toEqual([
    { name: 'API_KEY', required: true, present: true },
    { name: 'EXTRA', required: false, present: true },
  ]);
  project.clear();
  await project.deployer.secrets.push(target);
  expect(project.writes()).toEqual(['PATCH /scripts/acme/secrets-bulk']);
  const left = await project.deployer.secrets.delete({ ...target, name: 'EXTRA' });
  expect(left.secrets.map(({ name }) => name)).toEqual(['API_KEY']);
});

test('a change of secrets is confirmed with its plan, and what is refused sends nothing', async () => {
  await project.write('tenants/acme/.env', `API_KEY=${VALUE}\n`);
  await project.deployer.deploy(target);
  await project.deployer.secrets.put({ ...target, name: 'ASKED', value: VALUE });
  project.clear();
  const plans: SecretsPlan[] = [];
  const confirm = async (plan: SecretsPlan): Promise<boolean> => {
    plans.push(plan);
    return plans.length > 1;
  };
  const remove = () => project.deployer.secrets.delete({ ...target, name: 'ASKED', confirm });

  await expect(remove()).rejects.toMatchObject({ code: 'NOT_CONFIRMED' });
  expect(project.writes()).toEqual([]);
  expect(plans[0]?.changes).toMatchObject([{ path: 'secrets.ASKED', kind: 'removed', destructive: true }]);
  expect(JSON.stringify(plans)).not.toContain(VALUE);

  expect((await remove()).secrets.map(({ name }) => name)).not.toContain('ASKED');
});

test('after a secret was put the code is still known, so the next deploy uploads nothing', async () => {
  await project.write('tenants/acme/.env', `API_KEY=${VALUE}\n`);
  await project.deployer.deploy(target);
  await project.deployer.secrets.push(target);

  expect(await project.deployer.deploy(target)).toMatchObject({ status: 'unchanged' });
  expect(await project.deployer.drift(target)).toMatchObject({ drifted: false });
});

test('a secret that somebody changed elsewhere is named by drift until something is deployed, ours are not', async () => {
  await project.write('tenants/acme/.env', `API_KEY=${VALUE}\n`);
  await project.deployer.deploy(target);
  await project.deployer.secrets.put({ ...target, name: 'API_KEY', value: 'another-value' });
  await project.deployer.secrets.put({ ...target, name: 'EXTRA', value: 'another-value' });
  await project.deployer.secrets.delete({ ...target, name: 'EXTRA' });
  const notices = async (): Promise<readonly string[]> => (await project.deployer.drift(target)).notices;
  expect(await notices()).toEqual([]);

  const path = `/client/v4/accounts/${ACCOUNT}/workers/scripts/acme/secrets`;
  const body = JSON.stringify({ name: 'API_KEY', text: 'theirs', type: 'secret_text' });
  const headers = { authorization: `Bearer ${LOCAL_TOKEN}` };
  await project.emulator.fetch(
    new Request(`https://api.cloudflare.com${path}`, { method: 'PUT', headers, body }),
  );
  const changed = project.emulator.admin.scripts(ACCOUNT)[0]?.deployments[0]?.versions[0]?.versionId;
  const said = expect.stringMatching(
    new RegExp(`changed by .+ at .+${changed}.+no record here.+values of secrets cannot be read`),
  ) as string;
  expect(await project.deployer.drift(target)).toMatchObject({ outcome: 'clean', notices: [said] });
  expect((await project.deployer.driftAll({})).results[0]?.notices).toEqual([said]);
  expect((await project.deployer.driftAll({})).results[0]?.notices).toEqual([said]);
  await project.deployer.secrets.put({ ...target, name: 'EXTRA', value: 'another-value' });
  expect(await notices()).toEqual([said]);

  await project.write('tenants/acme/src/index.js', HEALTHY.replace("'one'", "'two'"));
  await project.deployer.deploy(target);
  expect(await notices()).toEqual([]);
});

test('a rollback over a changed secret keeps it, and drops it only with force', async () => {
  await project.write('tenants/acme/.env', `API_KEY=${VALUE}\n`);
  const first = await project.deployer.deploy(target);
  await project.deployer.secrets.put({ ...target, name: 'EXTRA', value: 'another-value' });
  const back = { ...target, versionId: String(first.versionId) };

  expect(await project.deployer.rollback(back)).toMatchObject({
    endState: 'live',
    broughtBack: first.versionId,
  });
  expect(namesLive()).toEqual(['API_KEY', 'EXTRA']);
  expect(await project.deployer.rollback({ ...back, force: true })).toMatchObject({
    endState: 'live',
    versionId: first.versionId,
  });
  expect(namesLive()).toEqual(['API_KEY']);
});

test('an API key of the tenant is pushed when it has a value here, and is no drift whether it is there or not', async () => {
  await project.write(
    'tenants/acme/tenant.config.json',
    tenantFile('acme', { healthCheck: false, apiKeys: ['CHAT_API_KEY'] }),
  );
  await project.deployer.deploy(target);
  expect((await project.deployer.secrets.list(target)).secrets).toEqual([
    { name: 'CHAT_API_KEY', required: false, present: false },
  ]);
  await project.write('tenants/acme/.env', `CHAT_API_KEY=${VALUE}\n`);

  await project.deployer.secrets.push(target);

  expect(liveSecrets()).toEqual([{ type: 'secret_text', name: 'CHAT_API_KEY', text: VALUE }]);
  expect(await project.deployer.drift(target)).toMatchObject({ drifted: false });
});
