import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Deployer } from '@cf-deploy/deployer';
import { keepProject, type KeptProject } from '../support/kept-project.ts';
import { ACCOUNT, type TestProject } from '../support/project.ts';
import { greet, startFleet } from './support.ts';

let project: TestProject;
let known: KeptProject;

const TENANTS = ['a', 'b', 'c', 'd', 'e'];
const sent = (): string[] =>
  project.calls.map(({ method, path }) => `${method} ${path.replace(`/accounts/${ACCOUNT}/workers`, '')}`);
const own = (): string[] => sent().filter((call) => call.includes('/scripts/'));
const someone = () => project.emulator.admin.editAs({ email: 'x@example.com' });
const LISTS = ['GET /scripts', 'GET /workers'];

beforeAll(async () => {
  project = await startFleet(TENANTS, { rateLimit: null });
  await project.deployer.deployAll({ parallel: 4 });
  known = keepProject(project);
});

afterAll(() => known.close());

async function knownFleet(): Promise<void> {
  project = await known.again();
}

const COMMANDS: readonly (readonly [
  string,
  (
    deployer: Deployer,
    options?: { readonly full?: boolean },
  ) => ReturnType<Deployer['planAll'] | Deployer['driftAll'] | Deployer['statusAll']>,
])[] = [
  ['plan', (deployer, options) => deployer.planAll({ ...options })],
  ['drift', (deployer, options) => deployer.driftAll({ ...options })],
  ['status', (deployer, options) => deployer.statusAll({ ...options })],
];

describe.each(COMMANDS)('%s of many', (_name, run) => {
  test('reads the lists of the account, and no target that they show untouched', async () => {
    await knownFleet();
    const fleet = await run(project.deployer);
    // Status of all lists the Workers once more, for those that nobody names.
    expect([...new Set(sent())]).toEqual(LISTS);
    expect(sent().length).toBeLessThanOrEqual(3);
    expect(fleet.calls).toBe(sent().length);
    expect(fleet.results).toHaveLength(5);
    for (const result of fleet.results) {
      expect(result).toMatchObject({
        notLookedAt: expect.arrayContaining(['versions without traffic']) as unknown,
      });
    }
  });

  test('reads a target that somebody touched', async () => {
    await knownFleet();
    await someone().setVariable(ACCOUNT, 'b', 'GREETING', 'theirs');
    const fleet = await run(project.deployer);
    expect(own().length).toBeGreaterThan(0);
    expect(own().every((call) => call.includes('/scripts/b/'))).toBe(true);
    expect(fleet.results.find(({ tenant }) => tenant === 'b')).toMatchObject({ notLookedAt: [] });
  });

  test('reads every target with full, and leaves nothing unsaid', async () => {
    await knownFleet();
    const fleet = await run(project.deployer, { full: true });
    for (const tenant of TENANTS) {
      expect(own().some((call) => call.includes(`/scripts/${tenant}/`))).toBe(true);
    }
    for (const result of fleet.results) expect(result).toMatchObject({ notLookedAt: [] });
  });

  test('reads every target where nothing is remembered, and makes no store for it', async () => {
    project = await startFleet(['a']);
    await project.deployer.deploy({ tenant: 'a' });
    project.clear();
    await run(project.deployer);
    expect(own().length).toBeGreaterThan(0);
    expect(sent()).not.toContain('GET /workers');
    await project.close();
  });
});

test('drift of many says what it did not look at, and finds it with full', async () => {
  await knownFleet();
  await someone().addCron(ACCOUNT, 'b', '0 3 * * *');

  const swept = await project.deployer.driftAll({});
  expect(swept.summary).toEqual({ clean: 5 });
  expect(swept.results[1]?.notLookedAt).toContain('cron triggers');

  const full = await project.deployer.driftAll({ full: true });
  expect(full.summary).toEqual({ clean: 4, drifted: 1 });
  expect(full.results[1]?.changes).toMatchObject([{ path: 'crons[0 3 * * *]' }]);

  // What was found is remembered: the next look says so too.
  const again = await project.deployer.driftAll({});
  expect(again.summary).toEqual({ clean: 4, drifted: 1 });
});

test('drift that was found is not taken for what the files want by the next deploy', async () => {
  await knownFleet();
  await someone().setVariable(ACCOUNT, 'b', 'GREETING', 'theirs');
  expect((await project.deployer.driftAll({})).summary).toEqual({ clean: 4, drifted: 1 });
  expect((await project.deployer.deployAll({})).summary).toEqual({ deployed: 1, unchanged: 4 });
});

test('a plan of many is made of what is remembered, and the deploy after it does just that', async () => {
  await knownFleet();
  await greet(project, ['c'], 'two');
  const plan = await project.deployer.planAll({});
  expect(sent()).toEqual(LISTS);
  expect(plan.summary).toEqual({ none: 4, update: 1 });
  expect(plan.results.find(({ tenant }) => tenant === 'c')).toMatchObject({
    changes: [{ path: 'bindings.GREETING.text', desired: 'two', actual: 'one' }],
    basedOn: { versionId: expect.any(String) as unknown },
  });
  expect((await project.deployer.deployAll({})).summary).toEqual({ deployed: 1, unchanged: 4 });
});

test('status of many shows the deployment as the account has it', async () => {
  await knownFleet();
  const told = async (full: boolean): Promise<unknown[]> =>
    (await project.deployer.statusAll({ full })).results.map(({ deployment, url, exists, health }) => ({
      deployment,
      url,
      exists,
      verdict: health.verdict,
    }));
  expect(await told(false)).toEqual(await told(true));
});

test('what is left of a release is swept too: those that need nothing cost no call of their own', async () => {
  await knownFleet();
  await greet(project, ['a'], 'two');
  await greet(project, ['b'], 'two', ['b']);
  await greet(project, ['e'], 'two');
  const first = await project.deployer.deployAll({ force: false });
  expect(first.release).toMatchObject({ status: 'failed', targets: { done: 3, failed: 1, waiting: 1 } });
  await greet(project, ['b', 'e'], 'one');
  project.clear();

  const resumed = await project.deployer.resume({});

  expect(resumed.release).toMatchObject({ status: 'done', targets: { done: 5 } });
  expect(own().filter((call) => call.includes('/e/'))).toEqual([]);
  expect(sent().slice(0, 2)).toEqual(LISTS);
});
