import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask, HEALTHY, startProject, type TestProject } from '../support/project.ts';

const target = { tenant: 'acme' };
const SICK = HEALTHY.replace("status: 'ok'", "status: 'broken'");
let project: TestProject;

beforeEach(async () => {
  project = await startProject();
});

afterEach(async () => {
  await project.close();
});

test('a version that is not well is taken back, and the previous deployment answers again', async () => {
  const first = await project.deployer.deploy(target);
  await project.write('tenants/acme/src/index.js', SICK);

  const result = await project.deployer.deploy(target);

  expect(result).toMatchObject({
    status: 'rolled-back',
    endState: 'rolled-back',
    health: { verdict: 'unhealthy' },
    error: { code: 'HEALTH_FAILED' },
  });
  expect(await ask(project, 'acme.test.workers.dev')).toMatchObject({
    status: 'ok',
    version: { id: first.versionId },
  });
  const record = JSON.parse(await project.read(String(result.record))) as Record<string, unknown>;
  expect(record).toMatchObject({ status: 'rolled-back', endState: 'rolled-back' });
});

test('a first deploy that is not well stays, because there is nothing to go back to, and says so', async () => {
  await project.write('tenants/acme/src/index.js', SICK);

  const result = await project.deployer.deploy(target);

  expect(result).toMatchObject({ status: 'failed', endState: 'live', error: { code: 'HEALTH_FAILED' } });
  expect(result.error?.message).toContain('there is no version to go back to');
});

test('a health check that cannot reach the Worker is inconclusive: the version stays, the deploy is not a success', async () => {
  const deployer = project.another({
    workerFetch: async () => {
      throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND') });
    },
  });
  await project.deployer.deploy(target);
  await project.write('tenants/acme/src/index.js', HEALTHY.replace("'one'", "'two'"));

  const result = await deployer.deploy(target);

  expect(result).toMatchObject({ status: 'failed', endState: 'live', health: { verdict: 'inconclusive' } });
  expect(result.error?.message).toContain('ENOTFOUND');
});

test('a version that never answered is no sick one: it stays, and the deploy is not a success', async () => {
  await project.deployer.deploy(target);
  await project.write('tenants/acme/src/index.js', HEALTHY.replace('env.VERSION.id', "'somebody-else'"));

  const result = await project.deployer.deploy(target);

  expect(result).toMatchObject({
    status: 'failed',
    endState: 'live',
    health: { verdict: 'old-version' },
  });
});

test('without verification nothing is asked', async () => {
  await project.write('tenants/acme/src/index.js', SICK);

  expect(await project.deployer.deploy({ ...target, verify: false })).toMatchObject({
    status: 'deployed',
    health: { verdict: 'skipped' },
  });
});

test('where version URLs are wanted, a sick version is found before it gets any traffic', async () => {
  await project.close();
  project = await startProject({ wrangler: { preview_urls: true } });
  const first = await project.deployer.deploy(target);
  await project.write('tenants/acme/src/index.js', SICK);
  project.clear();

  const result = await project.deployer.deploy(target);

  expect(result).toMatchObject({ status: 'failed', endState: 'uploaded', error: { code: 'HEALTH_FAILED' } });
  expect(project.writes()).toEqual(['POST /scripts/acme/versions']);
  expect(await ask(project, 'acme.test.workers.dev')).toMatchObject({ version: { id: first.versionId } });
});
