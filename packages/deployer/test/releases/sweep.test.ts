import { join } from 'node:path';
import { LOCAL_TOKEN } from '@cf-deploy/emulator';
import { afterEach, expect, test } from 'vitest';
import { Secret } from '../../src/security/secret.ts';
import { openSqliteLedger } from '../../src/store/sqlite-ledger.ts';
import { ACCOUNT, tenantFile, type TestProject } from '../support/project.ts';
import { extend, greet, startFleet } from './support.ts';
import { toRequest } from '../support/request.ts';

let project: TestProject;

afterEach(async () => {
  await project.close();
});

const LIST = `GET /accounts/${ACCOUNT}/workers/scripts`;
const DEPLOYED = `GET /accounts/${ACCOUNT}/workers/workers`;
const sent = (): string[] => project.calls.map(({ method, path }) => `${method} ${path}`);

async function quietFleet(tenants: readonly string[]): Promise<void> {
  project = await startFleet(tenants);
  for (const tenant of tenants) {
    await project.write(`tenants/${tenant}/tenant.config.json`, tenantFile(tenant, { healthCheck: false }));
  }
  await project.deployer.deployAll({ parallel: 4 });
  project.clear();
}

test('tenants that nobody changed cost two calls together, whatever their number', async () => {
  const tenants = Array.from({ length: 12 }, (_, index) => `t${index}`);
  await quietFleet(tenants);

  const run = await project.deployer.deployAll({});

  expect(sent()).toEqual([LIST, DEPLOYED]);
  expect(run.summary).toEqual({ unchanged: 12 });
  expect(run.calls).toBe(2);
  expect(run.release).toMatchObject({ status: 'done', targets: { done: 12 } });
  expect(run.budget).toMatchObject({
    skippedBySweep: 12,
    notLookedAt: expect.arrayContaining(['cron triggers']) as unknown,
  });
});

test('only the one whose files changed is looked at, and afterwards it is known again', async () => {
  await quietFleet(['a', 'b', 'c']);
  await greet(project, ['b'], 'two');

  const run = await project.deployer.deployAll({});
  expect(run.summary).toEqual({ deployed: 1, unchanged: 2 });
  expect(sent().filter((call) => /scripts\/[ac]\b/.test(call))).toEqual([]);

  project.clear();
  await project.deployer.deployAll({});
  expect(sent()).toEqual([LIST, DEPLOYED]);
});

test.each([
  [
    'a variable changed in the dashboard',
    () =>
      project.emulator.admin
        .editAs({ email: 'x@example.com' })
        .setVariable(ACCOUNT, 'b', 'GREETING', 'theirs'),
  ],
  ['a rollback of ours', () => project.deployer.deploy({ tenant: 'b', force: true })],
])('one that was touched there is looked at: %s', async (_what, touch) => {
  await quietFleet(['a', 'b']);
  await touch();
  project.clear();

  await project.deployer.deployAll({});

  expect(sent().some((call) => call.includes('/scripts/b/'))).toBe(true);
  expect(sent().some((call) => call.includes('/scripts/a/'))).toBe(false);
});

test('with full or force every target is looked at', async () => {
  await quietFleet(['a', 'b']);
  await project.deployer.deployAll({ full: true });
  expect(sent().filter((call) => call.endsWith('/deployments')).length).toBeGreaterThanOrEqual(2);
  project.clear();
  expect((await project.deployer.deployAll({ force: true })).summary).toEqual({ deployed: 2 });
});

test('a list that does not say when a Worker changed makes it a suspect', async () => {
  await quietFleet(['a']);
  const deployer = project.another({
    fetch: async (input, init) => {
      const request = toRequest(input, init);
      const answer = await project.emulator.fetch(request);
      if (!request.url.endsWith('/workers/scripts')) return answer;
      const body = (await answer.json()) as { readonly result: readonly object[] };
      return Response.json({ ...body, result: body.result.map((row) => ({ ...row, modified_on: null })) });
    },
  });
  const run = await deployer.deployAll({});
  expect(run.budget.skippedBySweep).toBe(0);
  expect(run.summary).toEqual({ unchanged: 1 });
});

test('a token that may not read the lists has every target read one by one, and that is said once', async () => {
  await quietFleet(['a', 'b', 'c']);
  project.events.length = 0;
  project.emulator.admin.addFault({
    method: 'GET',
    path: '/accounts/*/workers/workers',
    status: 403,
    code: 10000,
  });
  const run = await project.deployer.deployAll({});
  expect(run.budget.skippedBySweep).toBe(0);
  expect(run.summary).toEqual({ unchanged: 3 });
  expect(sent().filter((call) => call === DEPLOYED)).toHaveLength(1);
  const notices = project.events.flatMap((event) => (event.type === 'notice' ? [event.message] : []));
  expect(notices.filter((notice) => notice.includes('every target'))).toEqual([
    expect.stringMatching(
      /^the lists of account 0123\w+ cannot be read \(.+\), so every target of it is read/,
    ),
  ]);
});

test('custom domains are compared by the list of the account; one that went away is put back', async () => {
  project = await startFleet(['a']);
  await project.emulator.admin.seed({ zones: [{ accountId: ACCOUNT, name: 'example.com' }] });
  await extend(project, 'a', {
    vars: { STATUS: 'ok' },
    routes: [{ pattern: 'a.example.com', custom_domain: true }],
  });
  await project.write('tenants/a/tenant.config.json', tenantFile('a', { healthCheck: false }));
  await project.deployer.deployAll({});
  // The first look that finds nothing to do compares the lists; from then on they are known.
  await project.deployer.deployAll({});
  project.clear();
  expect((await project.deployer.deployAll({})).budget.skippedBySweep).toBe(1);
  expect(sent().toSorted()).toEqual([`GET /accounts/${ACCOUNT}/workers/domains`, LIST, DEPLOYED]);
});

test('the calls of a release are counted where other processes see them', async () => {
  await quietFleet(['a', 'b']);
  const ledger = openSqliteLedger(join(project.root, '.cf-deploy', 'releases.db'), new Secret(LOCAL_TOKEN));
  const before = ledger.used(Date.now());
  await project.deployer.deployAll({ full: true });
  expect(ledger.used(Date.now()) - before).toBe(project.calls.length);
});
