import { afterEach, beforeEach, expect, test } from 'vitest';
import { NO_GIT } from '../support/no-git.ts';
import { inProcess } from '../support/in-process.ts';
import { ACCOUNT, ask, HEALTHY, startProject, wranglerFile, type TestProject } from '../support/project.ts';

let project: TestProject;

beforeEach(async () => {
  project = await startProject({ emulator: { runtime: inProcess } });
});

afterEach(async () => {
  await project.close();
});

const target = { tenant: 'acme' };

test('a first deploy creates the Worker, switches workers.dev on, answers healthy, and leaves a record', async () => {
  const result = await project.deployer.deploy(target);

  expect(result).toMatchObject({
    status: 'deployed',
    endState: 'live',
    error: null,
    url: 'https://acme.test.workers.dev',
    previousVersionId: null,
    health: { verdict: 'healthy', versionId: result.versionId },
  });
  expect(project.writes()).toEqual(['PUT /scripts/acme', 'POST /scripts/acme/subdomain']);
  expect(await ask(project, 'acme.test.workers.dev')).toMatchObject({ greeting: 'one' });
  expect(await project.records()).toEqual([result.record?.replace('deployments/', '')]);
  const record = JSON.parse(await project.read(String(result.record))) as Record<string, unknown>;
  expect(record).toMatchObject({ status: 'deployed', endState: 'live', versionId: result.versionId });
});

test('a second deploy of the same files writes nothing and says so', async () => {
  await project.deployer.deploy(target);
  project.clear();

  const result = await project.deployer.deploy(target);

  expect(result).toMatchObject({ status: 'unchanged', endState: 'live', changes: [], record: null });
  expect(project.writes()).toEqual([]);
  expect(project.calls.length).toBeLessThanOrEqual(5);
  expect(result.calls).toBe(project.calls.length);
});

test('changed code is one new version and one deployment', async () => {
  const first = await project.deployer.deploy(target);
  await project.write('tenants/acme/src/index.js', HEALTHY.replace("'one'", "'two'"));
  project.clear();

  const result = await project.deployer.deploy({ ...target, message: 'second', tag: 'v2' });

  expect(result).toMatchObject({ status: 'deployed', endState: 'live', previousVersionId: first.versionId });
  expect(result.changes.map(({ path }) => path)).toEqual(['code']);
  expect(project.writes()).toEqual(['POST /scripts/acme/versions', 'POST /scripts/acme/deployments']);
  expect(await ask(project, 'acme.test.workers.dev')).toMatchObject({ greeting: 'two' });
  const { versions } = await project.deployer.versions(target);
  expect(versions[0]).toMatchObject({ message: 'second', tag: 'v2', percentage: 100 });
});

test('a plan says what a deploy would do and changes nothing', async () => {
  const before = await project.deployer.plan(target);

  expect(before).toMatchObject({ action: 'create', upload: 'script' });
  expect(before.steps.map(({ kind }) => kind)).toEqual(['upload-script', 'subdomain']);
  expect(project.writes()).toEqual([]);
  await project.deployer.deploy(target);
  expect(await project.deployer.plan(target)).toMatchObject({ action: 'none', steps: [], changes: [] });
});

test('a changed variable is named and deployed', async () => {
  await project.deployer.deploy(target);
  await project.write(
    'tenants/acme/wrangler.json',
    wranglerFile('acme', { vars: { TENANT: 'acme', COLOUR: 'red' } }),
  );

  const result = await project.deployer.deploy(target);

  expect(result.changes).toEqual([
    {
      section: 'bindings',
      key: 'COLOUR',
      field: 'text',
      path: 'bindings.COLOUR.text',
      kind: 'changed',
      desired: 'red',
      actual: 'blue',
      destructive: false,
      irreversible: false,
      consequence: null,
      owned: true,
    },
  ]);
  expect(result.status).toBe('deployed');
});

test('there is no drift after a deploy, and none after a second one', async () => {
  await project.deployer.deploy(target);

  expect(await project.deployer.drift(target)).toMatchObject({ drifted: false, changes: [], error: null });
});

test('drift names each out-of-band edit: a variable changed, a binding removed, a cron added', async () => {
  await project.deployer.deploy(target);
  const somebody = project.emulator.admin.editAs({ email: 'someone@example.com' });
  await somebody.setVariable(ACCOUNT, 'acme', 'COLOUR', 'green');
  await somebody.removeBinding(ACCOUNT, 'acme', 'CACHE');
  await somebody.addCron(ACCOUNT, 'acme', '0 3 * * *');

  const drift = await project.deployer.drift(target);

  expect(drift.changes.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
    'added bindings.CACHE',
    'changed bindings.COLOUR.text',
    'removed crons[0 3 * * *]',
  ]);
  expect(drift).toMatchObject({ drifted: true, provenance: { author: 'someone@example.com' } });
});

test('a rollback gives the traffic to the version before, and the health check sees that one', async () => {
  const first = await project.deployer.deploy(target);
  await project.write('tenants/acme/src/index.js', HEALTHY.replace("'one'", "'two'"));
  const second = await project.deployer.deploy(target);
  project.clear();

  const back = await project.deployer.rollback(target);

  expect(back).toMatchObject({
    status: 'deployed',
    endState: 'live',
    previousVersionId: second.versionId,
    versionId: first.versionId,
    health: { verdict: 'healthy' },
  });
  expect(project.writes()).toEqual(['POST /scripts/acme/deployments']);
  expect(await ask(project, 'acme.test.workers.dev')).toMatchObject({
    greeting: 'one',
    version: { id: first.versionId },
  });
});

test('drift after a rollback says when that was, not when the old version was made', async () => {
  const first = await project.deployer.deploy(target);
  await project.write('tenants/acme/src/index.js', HEALTHY.replace("'one'", "'two'"));
  await project.deployer.deploy(target);
  await project.deployer.rollback(target);

  const { provenance, changes } = await project.deployer.drift(target);

  const { deployment } = await project.deployer.status(target);
  expect(changes.map(({ path }) => path)).toEqual(['code']);
  expect(provenance).toMatchObject({ versionId: first.versionId, at: deployment?.createdOn });
});

test('a rollback to a version by its id, or the beginning of it, goes there', async () => {
  const first = await project.deployer.deploy(target);
  for (const greeting of ["'two'", "'three'"]) {
    await project.write('tenants/acme/src/index.js', HEALTHY.replace("'one'", greeting));
    await project.deployer.deploy(target);
  }

  const back = await project.deployer.rollback({ ...target, versionId: String(first.versionId).slice(0, 8) });

  expect(back.versionId).toBe(first.versionId);
  expect(await ask(project, 'acme.test.workers.dev')).toMatchObject({ greeting: 'one' });
});

test('settings the files do not mention are left to the dashboard, and drift names them', async () => {
  await project.deployer.deploy(target);
  await project.emulator.admin
    .editAs({ email: 'someone@example.com' })
    .setSettings(ACCOUNT, 'acme', { logpush: true });

  expect((await project.deployer.drift(target)).changes.map(({ path }) => path)).toEqual([
    'settings.logpush',
  ]);
  project.clear();
  expect(await project.deployer.deploy(target)).toMatchObject({ status: 'unchanged', changes: [] });
  expect(project.writes()).toEqual([]);
});

test('git is asked which project it is only when something is uploaded', async () => {
  let asked = 0;
  const origin = async (): Promise<null> => {
    asked += 1;
    return null;
  };
  const git = { ...NO_GIT, origin };
  expect(await project.another({ git }).deploy(target)).toMatchObject({ status: 'deployed' });
  expect(asked).toBe(1);
  expect(await project.another({ git }).deploy(target)).toMatchObject({ status: 'unchanged' });
  expect(asked).toBe(1);
});

test('a deploy that is stopped half-way is undone, and says so', async () => {
  const first = await project.deployer.deploy(target);
  await project.write('tenants/acme/src/index.js', HEALTHY.replace("'one'", "'two'"));
  await project.write('tenants/acme/wrangler.json', wranglerFile('acme', { logpush: true }));
  const controller = new AbortController();
  const stopped = project.another({
    signal: controller.signal,
    onEvent: (event) => {
      if (event.type === 'step' && event.step === 'promote' && event.status === 'done') controller.abort();
    },
  });

  const result = await stopped.deploy(target);

  expect(result).toMatchObject({ status: 'failed', endState: 'rolled-back', error: { code: 'ABORTED' } });
  expect(await ask(project, 'acme.test.workers.dev')).toMatchObject({ version: { id: first.versionId } });
});

test('rules that were loaded before hold instead of those of the file', async () => {
  await project.write('cf-deploy.config.mjs', 'export default { requiredBindings: ["OF_THE_FILE"] };');
  const missing = async (options?: Parameters<typeof project.another>[0]): Promise<string> => {
    const { findings } = await project.another(options).validate({ tenant: 'acme' });
    return findings.map(({ message }) => message).join('; ');
  };
  const loaded = { rules: { requiredBindings: ['LOADED'] }, findings: [], sources: {}, document: null };
  expect(await missing()).toContain('OF_THE_FILE');
  expect(await missing({ project: loaded })).toContain('LOADED');
  expect(await missing({ project: loaded })).not.toContain('OF_THE_FILE');
});
