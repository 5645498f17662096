import { LOCAL_TOKEN } from '@cf-deploy/emulator';
import type { DeployResult } from '@cf-deploy/deployer';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inProcess } from '../support/in-process.ts';
import {
  ACCOUNT,
  ask,
  HEALTHY,
  startProject,
  tenantFile,
  type TestProject,
  wranglerFile,
} from '../support/project.ts';

const target = { tenant: 'acme' };
const SICK = HEALTHY.replace("status: 'ok'", "status: 'broken'");
const OLD = '22222222-0000-4000-8000-000000000000';
let project: TestProject;

beforeEach(async () => {
  project = await startProject({ emulator: { runtime: inProcess } });
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
    error: {
      code: 'HEALTH_FAILED',
      hint: expect.stringMatching(/^Ask https:\/\/acme\.test\.workers\.dev\S* yourself/) as string,
    },
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

test('nothing had to be deployed, but somebody deployed since the look: another version answers, and theirs is named', async () => {
  await project.deployer.deploy(target);
  const somebody = project.emulator.admin.editAs({ email: 'someone@example.com' });
  let looked = false;
  const deployer = project.another({
    workerFetch: async (input, init) => {
      if (!looked) await somebody.setVariable(ACCOUNT, 'acme', 'COLOUR', 'green');
      looked = true;
      return project.emulator.fetch(new Request(input, init));
    },
  });

  const result = await deployer.deploy(target);

  expect(result).toMatchObject({ status: 'failed', endState: 'untouched', error: { code: 'CONFLICT' } });
  expect(result.error?.message).toContain('someone@example.com deployed');
  expect(await project.deployer.deploy(target)).toMatchObject({ status: 'deployed', endState: 'live' });
});

test('nothing had to be deployed, and another version answers before the one that was live does: theirs is named all the same', async () => {
  await project.deployer.deploy(target);
  const somebody = project.emulator.admin.editAs({ email: 'someone@example.com' });
  let behind: Response | null = null;
  const deployer = project.another({
    workerFetch: async (input, init) => {
      const request = new Request(input, init);
      // The edge that is asked second has not heard of their deployment yet.
      if (behind !== null) return behind;
      behind = await project.emulator.fetch(request.clone());
      await somebody.setVariable(ACCOUNT, 'acme', 'COLOUR', 'green');
      return project.emulator.fetch(request);
    },
  });

  const result = await deployer.deploy(target);

  expect(result).toMatchObject({
    status: 'failed',
    endState: 'untouched',
    health: { verdict: 'healthy' },
    error: { code: 'CONFLICT' },
  });
  expect(result.error?.message).toContain('someone@example.com deployed');
});

test('nothing had to be deployed, another version answers, and who deployed cannot be read: what is live is not known', async () => {
  await project.deployer.deploy(target);
  const somebody = project.emulator.admin.editAs({ email: 'someone@example.com' });
  let isAsked = false;
  const deployer = project.another({
    fetch: async (input, init) => {
      const request = new Request(input, init);
      if (isAsked && request.url.endsWith('/deployments')) return new Response('busy', { status: 403 });
      return project.emulator.fetch(request);
    },
    workerFetch: async (input, init) => {
      if (!isAsked) await somebody.setVariable(ACCOUNT, 'acme', 'COLOUR', 'green');
      isAsked = true;
      return project.emulator.fetch(new Request(input, init));
    },
  });

  const result = await deployer.deploy(target);

  expect(result).toMatchObject({
    status: 'failed',
    endState: 'unknown',
    health: { verdict: 'old-version' },
    error: { code: 'DEPLOY_INCOMPLETE' },
  });
  expect(result.error?.message).toContain('could not be read again');
});

test('a host whose name is not known yet is spreading: the version stays, the deploy is not a success', async () => {
  const deployer = project.another({
    workerFetch: async () => {
      throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND') });
    },
  });
  await project.deployer.deploy(target);
  await project.write('tenants/acme/src/index.js', HEALTHY.replace("'one'", "'two'"));

  const result = await deployer.deploy(target);

  expect(result).toMatchObject({ status: 'failed', endState: 'live', health: { verdict: 'spreading' } });
  expect(result.error?.message).toContain('ENOTFOUND');
});

test('a version that never answered is no sick one: it stays, and the deploy is not a success', async () => {
  await project.deployer.deploy(target);
  await project.write('tenants/acme/src/index.js', HEALTHY.replace('env.VERSION.id', `'${OLD}'`));

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
    health: { verdict: 'skipped', skipped: 'not-asked' },
  });
});

test('where version URLs are wanted, a sick version is found before it gets any traffic', async () => {
  await project.close();
  project = await startProject({
    emulator: { runtime: inProcess },
    wrangler: { preview_urls: true },
  });
  const first = await project.deployer.deploy(target);
  await project.write('tenants/acme/src/index.js', SICK);
  project.clear();

  const result = await project.deployer.deploy(target);

  expect(result).toMatchObject({ status: 'failed', endState: 'uploaded', error: { code: 'HEALTH_FAILED' } });
  expect(project.writes()).toEqual(['POST /scripts/acme/versions']);
  expect(await ask(project, 'acme.test.workers.dev')).toMatchObject({ version: { id: first.versionId } });
});

/** Deploys a second version whose health is asked through `answer`: given what the Worker really says. */
async function deployAsked(
  answer: (real: () => Promise<Response>, asked: number) => Response | Promise<Response>,
): Promise<DeployResult> {
  await project.deployer.deploy(target);
  await project.write('tenants/acme/src/index.js', HEALTHY.replace("'one'", "'two'"));
  let asked = 0;
  const deployer = project.another({
    workerFetch: async (input, init) => {
      asked += 1;
      return answer(() => project.emulator.fetch(new Request(input, init)), asked);
    },
  });
  return deployer.deploy(target);
}

test('while answers alternate between the old version and the new one, the deploy waits for a proof', async () => {
  const result = await deployAsked((real, asked) =>
    asked === 1 || asked === 3 ? Response.json({ status: 'ok', version: { id: OLD } }) : real(),
  );

  expect(result).toMatchObject({
    status: 'deployed',
    health: { verdict: 'healthy', versionProven: true, attempts: 6 },
  });
});

test.each([
  ['a login', () => new Response(null, { status: 302, headers: { location: 'https://login.example/' } })],
  ['a challenge', () => new Response('<title>Just a moment...</title>', { status: 403 })],
  ['a limit', () => new Response('slow down', { status: 429 })],
])('%s before the Worker takes no good release back, and says what to set', async (_what, answer) => {
  const result = await deployAsked(answer);

  expect(result).toMatchObject({
    status: 'failed',
    endState: 'live',
    health: { verdict: 'inconclusive' },
    error: { code: 'HEALTH_FAILED' },
  });
  expect(result.error?.hint).toContain('healthCheck.');
});

describe('where no health check is configured', () => {
  // With workerd: what a Worker without a health page does is the matter.
  beforeEach(async () => {
    await project.close();
    project = await startProject();
    await project.write('tenants/acme/tenant.config.json', tenantFile('acme', { healthCheck: undefined }));
  });

  test('a Worker without /health is deployed, and it is said that its health cannot be told', async () => {
    await project.write(
      'tenants/acme/src/index.js',
      "export default { fetch: () => new Response('no such page', { status: 404 }) };",
    );

    const result = await project.deployer.deploy(target);

    expect(result).toMatchObject({
      status: 'deployed',
      endState: 'live',
      error: null,
      health: { verdict: 'inconclusive', excerpt: 'no such page', configured: false },
    });
    expect(result.health.message).toContain('404');
    expect(result.health.hint).toContain('healthCheck');
  });

  test('a Worker that answers is healthy, and that its version is not proven is said', async () => {
    await project.write(
      'tenants/acme/src/index.js',
      "export default { fetch: () => new Response('hello') };",
    );

    expect(await project.deployer.deploy(target)).toMatchObject({
      status: 'deployed',
      health: { verdict: 'healthy', versionProven: false },
    });
  });

  test('a Worker that throws is sick and is taken back', async () => {
    await project.deployer.deploy(target);
    await project.write(
      'tenants/acme/src/index.js',
      "export default { fetch: () => { throw new Error('boom'); } };",
    );

    expect(await project.deployer.deploy(target)).toMatchObject({
      status: 'rolled-back',
      health: { verdict: 'unhealthy', configured: false },
    });
  });
});

test('the first bytes of a bad answer are shown without the secrets of the run', async () => {
  const result = await deployAsked(
    () => new Response(`boom \u001B[2J${LOCAL_TOKEN}\n::error::`, { status: 500 }),
  );

  expect(result.health).toMatchObject({ verdict: 'unhealthy', excerpt: 'boom [2J*** ::error::' });
  expect(JSON.stringify(result)).not.toContain(LOCAL_TOKEN);
});

test.each([
  ['a metadata address', { url: 'http://169.254.169.254/latest/meta-data/' }],
  ['a metadata address in one number', { url: 'https://2852039166/latest/meta-data/' }],
  ['a host of somebody else', { url: 'https://evil.example/' }],
  ['a host in the place of a path', { path: '//169.254.169.254/latest/meta-data/' }],
])('status and deploy never ask %s that a tenant names', async (_what, healthCheck) => {
  await project.deployer.deploy(target);
  await project.write('tenants/acme/tenant.config.json', tenantFile('acme', { healthCheck }));
  const asked: string[] = [];
  const deployer = project.another({
    workerFetch: async (input) => {
      asked.push(new Request(input).url);
      return new Response('{"AccessKeyId":"x"}');
    },
  });

  await deployer.status(target).catch(() => null);
  await expect(deployer.deploy(target)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  // Files that are refused are not followed: `status` asks where the Worker itself is.
  expect(asked.filter((url) => url !== 'https://acme.test.workers.dev/')).toEqual([]);
});

test('a custom domain that is no public host is not asked either', async () => {
  await project.deployer.deploy(target);
  await project.write(
    'tenants/acme/wrangler.json',
    wranglerFile('acme', { routes: [{ pattern: 'metadata.google.internal', custom_domain: true }] }),
  );
  const asked: string[] = [];
  const deployer = project.another({
    workerFetch: async (input) => {
      asked.push(new Request(input).url);
      return new Response('token');
    },
  });

  const { health } = await deployer.status(target);

  expect(health).toMatchObject({ verdict: 'inconclusive', excerpt: null, attempts: 0 });
  expect(asked).toEqual([]);
});

test('a workers.dev name of another account is found out where the file does not name the subdomain', async () => {
  await project.write(
    'tenants/acme/tenant.config.json',
    tenantFile('acme', {
      accountSubdomain: undefined,
      healthCheck: { url: 'https://acme.other.workers.dev/health', attempts: 1 },
    }),
  );
  await project.deployer.deploy({ ...target, verify: false });

  expect((await project.deployer.status(target)).health).toMatchObject({
    verdict: 'inconclusive',
    message: expect.stringContaining('no host of this Worker') as string,
  });
});
