import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Fault } from '@cf-deploy/emulator';
import {
  ACCOUNT,
  createFakeRuntime,
  HEALTHY,
  startProject,
  tenantFile,
  wranglerFile,
  type TestProject,
} from '../support/project.ts';

const target = { tenant: 'acme' };
const SCHEDULED = HEALTHY.replace('export default {', 'export default { scheduled() {},');
const NEWER = SCHEDULED.replace("'one'", "'two'");
let project: TestProject;

beforeEach(async () => {
  project = await startProject({
    emulator: { runtime: createFakeRuntime, rateLimit: null },
    tenantConfig: { healthCheck: false },
  });
  await project.write('tenants/acme/src/index.js', SCHEDULED);
  await project.deployer.deploy(target);
  project.clear();
});

afterEach(() => project.close());

const record = async (path: string): Promise<Record<string, unknown>> =>
  JSON.parse(await project.read(path)) as Record<string, unknown>;
const versions = (): number => project.emulator.admin.scripts(ACCOUNT)[0]?.versions.length ?? 0;

test('nothing to do with a Worker that is not well is no success', async () => {
  await project.write(
    'tenants/acme/tenant.config.json',
    tenantFile('acme', { healthCheck: { path: '/health', attempts: 1, intervalMs: 1 } }),
  );
  const sick = project.another({ workerFetch: async () => new Response('sick', { status: 500 }) });

  expect(await sick.deploy(target)).toMatchObject({
    status: 'unchanged',
    endState: 'live',
    health: { verdict: 'unhealthy' },
    error: { code: 'HEALTH_FAILED' },
  });
});

describe('a new version of which nobody can tell whether it is well', () => {
  const checked = { path: '/health', attempts: 1, intervalMs: 1 };
  const login = async (): Promise<Response> =>
    new Response(null, { status: 302, headers: { location: 'https://login.example.com/' } });

  beforeEach(async () => {
    await project.write('tenants/acme/tenant.config.json', tenantFile('acme', { healthCheck: checked }));
    await project.write('tenants/acme/src/index.js', NEWER);
  });

  test('stays live, which who has the traffic tells', async () => {
    expect(await project.another({ workerFetch: login }).deploy(target)).toMatchObject({
      status: 'failed',
      endState: 'live',
      leftovers: [],
      error: { code: 'HEALTH_FAILED' },
    });

    const sent = project.calls.map(({ method, path }) => `${method} ${path.split('/scripts/acme/').at(-1)}`);
    expect(sent.slice(sent.lastIndexOf('POST deployments') + 1)).toEqual(['GET deployments']);
  });

  test('gives way to what somebody deployed between the look and the call', async () => {
    const somebody = project.emulator.admin.editAs({ email: 'someone@example.com' });
    let acted = false;
    const late = project.another({
      workerFetch: login,
      fetch: async (input, init) => {
        const request = new Request(input, init);
        if (!acted && request.method === 'POST' && request.url.includes('/deployments')) {
          acted = true;
          await somebody.setVariable(ACCOUNT, 'acme', 'COLOUR', 'green');
        }
        return project.emulator.fetch(request);
      },
    });

    const result = await late.deploy({ ...target, verifyBefore: 'never' });

    expect(result).toMatchObject({ status: 'failed', error: { code: 'CONFLICT' } });
    const [script] = project.emulator.admin.scripts(ACCOUNT);
    const live = script?.versions.find(({ id }) => id === script.deployments[0]?.versions[0]?.versionId);
    expect(live?.bindings).toContainEqual(expect.objectContaining({ name: 'COLOUR', text: 'green' }));
  });
});

test('the loser of two writers names its own version only, and says who won', async () => {
  await project.write('tenants/acme/src/index.js', NEWER);
  const somebody = project.emulator.admin.editAs({ email: 'someone@example.com' });
  const loser = project.another({
    onEvent: (event) => {
      if (event.type === 'step' && event.step === 'upload-version' && event.status === 'done') {
        void somebody.setVariable(ACCOUNT, 'acme', 'COLOUR', 'green');
      }
    },
  });

  const result = await loser.deploy(target);

  expect(result).toMatchObject({ status: 'failed', endState: 'uploaded', error: { code: 'CONFLICT' } });
  expect(result.leftovers).toEqual([`version ${result.versionId} of Worker acme: uploaded, has no traffic`]);
  expect(result.error?.message).toContain('someone@example.com');
});

test('a deploy that somebody replaces before it ends is not called live', async () => {
  await project.write('tenants/acme/src/index.js', NEWER);
  const somebody = project.emulator.admin.editAs({ email: 'someone@example.com' });
  const replaced = project.another({
    onEvent: (event) => {
      if (event.type === 'step' && event.step === 'promote' && event.status === 'done') {
        void somebody.setVariable(ACCOUNT, 'acme', 'COLOUR', 'green');
      }
    },
  });

  const result = await replaced.deploy(target);

  expect(result.endState).not.toBe('live');
  expect(result).toMatchObject({ status: 'failed', error: { code: 'CONFLICT' } });
  expect(result.error?.message).toContain('someone@example.com');
});

test('undoing that fails is told from what is there: the new version, with all traffic, is not "without traffic"', async () => {
  await project.write('tenants/acme/src/index.js', NEWER);
  await project.write(
    'tenants/acme/wrangler.json',
    wranglerFile('acme', { triggers: { crons: ['0 1 * * *'] } }),
  );
  project.emulator.admin.addFault({
    method: 'PUT',
    path: '/accounts/*/workers/scripts/acme/schedules',
    status: 500,
    code: 10002,
  });
  project.emulator.admin.addFault({
    method: 'POST',
    path: '/accounts/*/workers/scripts/acme/deployments',
    status: 400,
    code: 10021,
    nth: 2,
  });

  const result = await project.deployer.deploy(target);

  expect(result).toMatchObject({ status: 'failed', endState: 'live-partly' });
  expect(result.leftovers.join('\n')).not.toContain('has no traffic');
  expect(result.leftovers.join('\n')).toContain('stays live');
  expect(result.leftovers).toContain('differs from what was wanted: crons[0 1 * * *]');
});

describe('records', () => {
  test('of a tenant whose name begins alike do not hide those of the other', async () => {
    for (const [index, day] of Array.from({ length: 60 }, (_, at) => at).entries()) {
      const stamp = `2026-01-01T00-00-${String(day % 60).padStart(2, '0')}-${String(index).padStart(3, '0')}Z`;
      await project.write(`deployments/acme-default-eu-${stamp}.json`, { schema: 1 });
      await project.write(`deployments/acme-default-9-${stamp}.json`, { schema: 1 });
    }
    const { lastRecord } = await project.deployer.status(target);
    expect(lastRecord?.status).toBe('deployed');
  });

  test('that cannot be finished are said in the result', async () => {
    await project.write('tenants/acme/src/index.js', NEWER);
    const deployer = project.another({
      onEvent: (event) => {
        if (event.type === 'stage' && event.stage === 'record') breakRecords(project.root);
      },
    });
    const result = await deployer.deploy(target);
    expect(result).toMatchObject({ status: 'deployed', endState: 'live' });
    expect(result.recordError).toContain('could not be finished');
  });
});

/** Puts a file where the folder of records is. */
function breakRecords(root: string): void {
  spawnSync('sh', ['-c', 'rm -rf deployments && touch deployments'], { cwd: root });
}

describe('a process that was killed', () => {
  test('leaves a lock that is taken at once', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const locks = join(project.root, '.cf-deploy', 'locks');
    await mkdir(join(locks, 'acme@default.lock'), { recursive: true });
    await writeFile(join(locks, 'acme@default.owner'), JSON.stringify({ pid, host: hostname() }));

    expect((await project.deployer.deploy(target)).status).toBe('unchanged');
  });

  test("whose process lives, or which is another machine's, keeps its lock", async () => {
    const locks = join(project.root, '.cf-deploy', 'locks');
    await mkdir(join(locks, 'acme@default.lock'), { recursive: true });
    const { pid: gone } = spawnSync(process.execPath, ['-e', '']);
    for (const owner of [
      { pid: process.pid, host: hostname() },
      { pid: gone, host: 'elsewhere' },
    ]) {
      await writeFile(join(locks, 'acme@default.owner'), JSON.stringify(owner));
      await expect(project.deployer.deploy(target)).rejects.toMatchObject({ code: 'LOCKED' });
    }
  });

  test.each([
    [['done', 'done'], 'live', /done: set crons/],
    [['done', 'started'], 'unknown', /perhaps done: set crons/],
    [['done', 'planned'], 'live-partly', /not done: set crons/],
  ])('with steps %j is told as %s', async (statuses, endState, words) => {
    await project.write('tenants/acme/src/index.js', NEWER);
    await project.write(
      'tenants/acme/wrangler.json',
      wranglerFile('acme', { triggers: { crons: ['0 1 * * *'] } }),
    );
    const done = await project.deployer.deploy(target);
    const path = String(done.record);
    const [upload, promote, crons] = done.steps;
    const steps = [upload, promote, crons].map((step, index) => ({
      ...step,
      status: statuses[Math.max(0, index - 1)],
    }));
    await project.write(path, {
      ...(await record(path)),
      status: 'running',
      finishedAt: null,
      endState: null,
      steps,
    });

    const next = await project.deployer.deploy(target);

    expect(next.interrupted).toMatchObject([{ path, endState }]);
    expect(next.interrupted[0]?.message).toMatch(words);
    expect(await record(path)).toMatchObject({ status: 'interrupted', endState });
  });

  test('in a rollback that was promoted is told as live', async () => {
    await project.write('tenants/acme/src/index.js', NEWER);
    await project.deployer.deploy(target);
    const back = await project.deployer.rollback(target);
    const path = String(back.record);
    await project.write(path, {
      ...(await record(path)),
      status: 'running',
      finishedAt: null,
      endState: null,
    });

    const next = await project.deployer.deploy({ ...target, force: true });

    expect(next.interrupted).toMatchObject([{ path, endState: 'live' }]);
  });
});

describe('secrets', () => {
  const bulk = { method: 'PATCH', path: '/accounts/*/workers/scripts/acme/secrets-bulk' } as const;
  const put = () => project.deployer.secrets.put({ ...target, name: 'EXTRA', value: 'some-secret-value' });

  test('leave a record without their values, and say what is live', async () => {
    const result = await put();

    expect(result).toMatchObject({ endState: 'live', recordError: null });
    const text = await project.read(String(result.record));
    expect(text).not.toContain('some-secret-value');
    expect(JSON.parse(text)).toMatchObject({
      kind: 'secrets',
      status: 'deployed',
      changes: [{ path: 'secrets.EXTRA', kind: 'added' }],
    });
  });

  const lost: Readonly<Record<string, Fault>> = {
    'whose answer is lost': { ...bulk, reset: 'after' },
    'that a 502 answers although it was applied': { ...bulk, status: 502, applied: true },
  };
  test.each(Object.entries(lost))(
    'a change %s is not sent again: one version, and a success',
    async (_what, fault) => {
      const before = versions();
      project.emulator.admin.addFault(fault);

      expect(await put()).toMatchObject({ endState: 'live' });

      expect(versions()).toBe(before + 1);
    },
  );

  test('a change that never arrives is sent once more, then it is an error, and nothing was touched', async () => {
    project.emulator.admin.addFault({ ...bulk, reset: 'before' });

    await expect(put()).rejects.toMatchObject({ code: 'API_UNREACHABLE' });

    const last = (await project.records()).toSorted().at(-1);
    expect(await record(`deployments/${last}`)).toMatchObject({ status: 'failed', endState: 'untouched' });
  });

  test('a list that fails after a good write is no failure', async () => {
    project.emulator.admin.addFault({
      method: 'GET',
      path: '/accounts/*/workers/scripts/acme/secrets',
      status: 403,
      code: 10000,
      nth: 2,
    });
    expect((await put()).secrets).toContainEqual({ name: 'EXTRA', required: false, present: true });
  });
});

test('a script of a dispatch namespace is said to be there', async () => {
  await project.emulator.admin.seed({ dispatchNamespaces: [{ accountId: ACCOUNT, name: 'customers' }] });
  const dispatched = { ...target, dispatchNamespace: 'customers' };
  await project.deployer.deploy(dispatched);
  expect(await project.deployer.status(dispatched)).toMatchObject({
    exists: true,
    dispatchNamespace: 'customers',
  });
  expect(await project.deployer.drift({ ...dispatched, deep: true })).toMatchObject({ outcome: 'clean' });
  await project.write('tenants/acme/src/index.js', NEWER);
  expect((await project.deployer.drift({ ...dispatched, deep: true })).changes).toMatchObject([
    { path: 'code[index.js]' },
  ]);
});
