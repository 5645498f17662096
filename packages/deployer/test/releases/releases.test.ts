import { afterEach, expect, test } from 'vitest';
import { tenantFile, type TestProject } from '../support/project.ts';
import { extend, greet, greetings as greetingsOf, startFleet } from './support.ts';

let project: TestProject;

afterEach(async () => {
  await project.close();
});

/** A project of so many tenants; those of the given labels have them. */
async function fleet(
  tenants: readonly string[],
  labels: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): Promise<void> {
  project = await startFleet(tenants);
  for (const [tenant, own] of Object.entries(labels)) {
    await project.write(`tenants/${tenant}/tenant.config.json`, tenantFile(tenant, { labels: own }));
  }
}

const change = (tenants: readonly string[], sick: readonly string[] = []): Promise<void> =>
  greet(project, tenants, 'two', sick);

const greetings = (tenants: readonly string[]): Promise<unknown[]> => greetingsOf(project, tenants);

const names = (results: readonly { readonly tenant: string }[]): string[] =>
  results.map(({ tenant }) => tenant);

test('a deploy of all is a release: who, from what, and each target with what it ran before', async () => {
  await fleet(['a', 'b']);
  const first = await project.deployer.deployAll({ message: 'one' });
  await change(['a']);
  const second = await project.deployer.deployAll({});

  expect(first.release).toMatchObject({
    kind: 'deploy',
    status: 'done',
    message: 'one',
    targets: { done: 2 },
  });
  expect((await project.deployer.releases()).map(({ id }) => id)).toEqual([
    second.releaseId,
    first.releaseId,
  ]);
  const { members } = await project.deployer.release(String(second.releaseId));
  expect(members[0]).toMatchObject({
    target: 'a',
    state: 'done',
    endState: 'live',
    previousVersionId: first.results[0]?.versionId,
    versionId: second.results[0]?.versionId,
  });
});

test('targets go one by one unless more are asked for', async () => {
  await fleet(['a', 'b', 'c']);
  let running = 0;
  let most = 0;
  const deployer = project.another({
    onEvent: ({ type }) => {
      if (type === 'tenant-started') most = Math.max(most, ++running);
      if (type === 'tenant-finished') running -= 1;
    },
  });
  await deployer.deployAll({});
  expect(most).toBe(1);
  await deployer.deployAll({ force: true, parallel: 3 });
  expect(most).toBe(3);
});

test('a sick canary leaves every later target untouched', async () => {
  const tenants = ['a', 'b', 'c'];
  await fleet(tenants);
  await project.deployer.deployAll({});
  await change(tenants, ['a']);
  project.clear();

  const run = await project.deployer.deployAll({ canary: 'auto' });

  expect(run.release).toMatchObject({ status: 'failed', targets: { failed: 1, waiting: 2 } });
  expect(run.summary).toEqual({ 'rolled-back': 1, skipped: 2 });
  expect(project.writes().filter((call) => !call.includes('/scripts/a/'))).toEqual([]);
  expect(await greetings(tenants)).toEqual(['one', 'one', 'one']);
});

test('waves of the project go by label, and a manual gate pauses until somebody goes on', async () => {
  await fleet(['gold', 'plain'], { plain: { tier: 'free' }, gold: { tier: 'gold' } });
  await project.write(
    'cf-deploy.config.mjs',
    `export default { sharedResources: ['${'a'.repeat(32)}'],
      rollout: { waves: [{ name: 'free', label: 'tier=free', gate: 'manual' }] } };`,
  );
  const run = await project.deployer.deployAll({});
  expect(run.release).toMatchObject({ status: 'paused', atGate: true, targets: { done: 1, waiting: 1 } });
  expect(names(run.results)).toEqual(['plain']);

  const rest = await project.deployer.resume({ id: String(run.releaseId) });
  expect(rest.release).toMatchObject({ status: 'done', targets: { done: 2 } });
  expect(names(rest.results)).toEqual(['gold']);
});

test(
  'of 40 tenants 3 are sick: a budget of 2 stops, one of 5 goes on, and the release is taken back everywhere',
  { timeout: 120_000 },
  async () => {
    const tenants = Array.from({ length: 40 }, (_, index) => `t${String(index).padStart(2, '0')}`);
    await fleet(tenants);
    await project.deployer.deployAll({ parallel: 8 });
    await change(tenants, ['t05', 't15', 't25']);

    const stopped = await project.deployer.deployAll({ failureBudget: 2 });
    expect(stopped.release).toMatchObject({
      status: 'failed',
      targets: { done: 23, failed: 3, waiting: 14 },
    });
    const on = await project.deployer.deployAll({ failureBudget: 5, parallel: 4 });
    expect(on.release).toMatchObject({ status: 'done', targets: { done: 37, failed: 3 } });
    expect((await greetings(tenants)).filter((greeting) => greeting === 'two')).toHaveLength(37);

    for (const id of [on.releaseId, stopped.releaseId]) {
      project.clear();
      const back = await project.deployer.rollbackRelease({ id: String(id), parallel: 8 });
      expect(back.release).toMatchObject({ kind: 'rollback', of: id, status: 'done' });
      // One write for each target that the release changed.
      expect(project.writes()).toHaveLength(back.results.length);
      expect((await project.deployer.release(String(id))).status).toBe('taken-back');
    }
    expect(await greetings(tenants)).toEqual(tenants.map(() => 'one'));
  },
);

test('with the rule rollback-release a used-up budget takes back what the release changed', async () => {
  await fleet(['a', 'b', 'c']);
  await project.deployer.deployAll({});
  await change(['a', 'b', 'c'], ['b']);

  const run = await project.deployer.deployAll({ onFailure: 'rollback-release' });

  expect(run.release).toMatchObject({ status: 'taken-back' });
  expect(await greetings(['a', 'b', 'c'])).toEqual(['one', 'one', 'one']);
});

test('taking back leaves alone what somebody deployed since, and what was never live before', async () => {
  await fleet(['a', 'b']);
  await project.deployer.deployAll({ only: ['a'] });
  await change(['a']);
  const run = await project.deployer.deployAll({});
  await greet(project, ['a'], 'three');
  await project.deployer.deploy({ tenant: 'a' });

  const back = await project.deployer.rollbackRelease({ id: String(run.releaseId) });

  expect(Object.fromEntries(back.results.map(({ tenant, error }) => [tenant, error?.code]))).toEqual({
    a: 'CONFLICT',
    b: 'ROLLBACK_IMPOSSIBLE',
  });
  expect(await greetings(['a', 'b'])).toEqual(['three', 'one']);
  expect((await project.deployer.release(String(run.releaseId))).status).toBe('done');
});

test('the Worker that another one binds goes first, whatever their names, also where it comes to bind that one', async () => {
  await fleet(['a', 'b']);
  const vars = { STATUS: 'ok' };
  await extend(project, 'a', { vars, services: [{ binding: 'B', service: 'b' }] });
  const run = await project.deployer.deployAll({ canary: 1, parallel: 4 });
  expect(names(run.results)).toEqual(['b', 'a']);
  expect(run.summary).toEqual({ deployed: 2 });

  await extend(project, 'b', { vars, services: [{ binding: 'A', service: 'a' }] });
  expect((await project.deployer.deployAll({})).summary).toEqual({ deployed: 1, unchanged: 1 });
});

test('tenants are chosen by label, and those that failed last time by --failed', async () => {
  await fleet(['a', 'b', 'c'], { a: { tier: 'gold' }, b: { tier: 'gold', region: 'eu' } });
  const chosen = async (labels: readonly string[]) =>
    names((await project.deployer.planAll({ labels })).results);
  expect(await chosen(['tier=gold'])).toEqual(['a', 'b']);
  expect(await chosen(['tier=gold', 'region!=eu'])).toEqual(['a']);
  expect(await chosen(['!tier'])).toEqual(['c']);
  await expect(chosen(['tier=lead'])).rejects.toMatchObject({ code: 'USAGE' });

  await expect(project.deployer.planAll({ failed: true })).rejects.toMatchObject({ code: 'USAGE' });
  await change(['b'], ['b']);
  await project.deployer.deployAll({ continueOnError: true });
  expect(names((await project.deployer.planAll({ failed: true })).results)).toEqual(['b']);
  await change(['b']);
  await project.deployer.deployAll({ failed: true });
  expect((await project.deployer.deployAll({ failed: true })).release).toBeNull();
  // Where nobody failed nobody is looked at, and that is no failure.
  expect(await project.deployer.planAll({ failed: true })).toMatchObject({ results: [], findings: [] });
});

test('a frozen environment takes no deploy, but a rollback', async () => {
  await fleet(['a']);
  const { deployer } = project;
  await deployer.deployAll({});
  await change(['a']);
  const run = await deployer.deployAll({});
  await deployer.freeze({ env: '', until: '2099-01-01', why: 'holidays' });
  project.clear();

  await expect(deployer.deployAll({})).rejects.toMatchObject({ code: 'FROZEN' });
  await expect(deployer.deploy({ tenant: 'a' })).rejects.toMatchObject({ code: 'FROZEN' });
  expect(project.calls).toEqual([]);
  expect((await deployer.rollbackRelease({ id: String(run.releaseId) })).release?.status).toBe('done');
  expect((await deployer.thaw({ env: '' })).changed).toBe(true);
  expect((await deployer.deployAll({})).summary).toEqual({ deployed: 1 });
});
