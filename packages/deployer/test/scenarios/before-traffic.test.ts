import { createDouble, ownWords, type RuntimeFactory } from '@cf-deploy/emulator';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  ACCOUNT,
  HEALTHY,
  KV,
  startProject,
  tenantFile,
  wranglerFile,
  type TestProject,
} from '../support/project.ts';
import { toRequest } from '../support/request.ts';

const target = { tenant: 'acme' };
const OVERRIDE = 'cloudflare-workers-version-overrides';

/** Colours of the versions that answered, and whether the request named its version. */
const answered: { readonly colour: string; readonly named: boolean }[] = [];

/** A red version is sick. */
const runtime: RuntimeFactory = ({ view, clock, random }) =>
  createDouble({
    view,
    clock,
    random,
    answer: (answering) => {
      const { request, version } = answering;
      const colour = String(version.bindings.find(({ name }) => name === 'COLOUR')?.['text']);
      answered.push({ colour, named: request.headers.has(OVERRIDE) });
      return colour === 'red'
        ? Response.json({ status: 'down', version: { id: version.id } }, { status: 500 })
        : ownWords(answering);
    },
  });

let project: TestProject;

beforeEach(async () => {
  project = await startProject({ emulator: { runtime }, tenantConfig: { traffic: {} } });
});

afterEach(() => project.close());

async function paint(colour: string, fields: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await project.write(
    'tenants/acme/wrangler.json',
    wranglerFile('acme', { vars: { TENANT: 'acme', COLOUR: colour }, ...fields }),
  );
  project.clear();
  answered.length = 0;
}

/** Deploys a first, healthy version, so that a next one has an old one beside it. */
async function live(colour: string): Promise<void> {
  await paint(colour);
  await project.deployer.deploy(target);
}

function shares(): readonly (readonly [string, number])[] {
  const [script] = project.emulator.admin.scripts(ACCOUNT);
  return (script?.deployments[0]?.versions ?? []).map(({ versionId, percentage }) => [versionId, percentage]);
}

test('a first deploy cannot be asked before it has traffic, and the plan says so', async () => {
  await paint('blue');

  const plan = await project.deployer.plan({ ...target, verifyBefore: 'always' });
  const result = await project.deployer.deploy({ ...target, verifyBefore: 'always' });

  expect(plan.beforeTraffic).toEqual({
    checked: false,
    why: 'it is the first deploy, which is live with its upload',
  });
  expect(result).toMatchObject({ status: 'deployed', endState: 'live' });
});

test('unless told otherwise a new version is asked beside the old one first, for one write more, and the plan counts it', async () => {
  await live('blue');
  await paint('green');

  const without = await project.deployer.plan({ ...target, verifyBefore: 'never' });
  const unverified = await project.deployer.plan({ ...target, verify: false });
  const plan = await project.deployer.plan(target);
  project.clear();
  const result = await project.deployer.deploy(target);

  expect(without.beforeTraffic).toEqual({ checked: false, why: 'it is switched off' });
  expect(unverified.steps).toEqual(without.steps);
  expect(plan.beforeTraffic).toEqual({ checked: true, why: null });
  expect(plan.calls.estimated).toBe(without.calls.estimated + 1);
  expect(plan.steps.map(({ kind }) => kind)).toEqual(['upload-version', 'stage', 'check-version', 'promote']);
  expect(result).toMatchObject({ status: 'deployed', endState: 'live', leftovers: [] });
  expect(project.writes()).toEqual([
    'POST /scripts/acme/versions',
    'POST /scripts/acme/deployments',
    'POST /scripts/acme/deployments',
  ]);
  expect(shares()).toEqual([[result.versionId, 100]]);
  expect(answered[0]).toEqual({ colour: 'green', named: true });
});

test('a sick version gets no traffic at any time, and the old one has all of it in the end', async () => {
  await live('blue');
  const before = shares();
  await paint('red');

  const result = await project.deployer.deploy(target);

  expect(result).toMatchObject({
    status: 'failed',
    endState: 'uploaded',
    error: { code: 'HEALTH_FAILED' },
    leftovers: [expect.stringContaining('has no traffic')],
  });
  expect(shares()).toEqual(before);
  expect(answered.filter(({ colour, named }) => colour === 'red' && !named)).toEqual([]);
});

test('where the check does not tell versions, only "always" asks before', async () => {
  await live('blue');
  await paint('yellow');
  await project.write('tenants/acme/tenant.config.json', {
    tenantId: 'acme',
    accountId: ACCOUNT,
    accountSubdomain: 'test',
    healthCheck: { path: '/health', expectJson: { status: 'ok' }, attempts: 3, intervalMs: 1 },
  });

  const auto = await project.deployer.plan({ ...target, verifyBefore: 'auto' });
  const always = await project.deployer.plan({ ...target, verifyBefore: 'always' });

  expect(auto.beforeTraffic).toMatchObject({ checked: false, why: expect.stringContaining('versionFrom') });
  expect(always.beforeTraffic).toEqual({ checked: true, why: null });
});

test('what cannot be told before traffic is said and decided after it, and blocks nobody', async () => {
  await live('blue');
  await paint('green');
  // An edge that does not know of overrides: whoever is named, the live version answers.
  const behind = project.another({
    workerFetch: (input, init) => {
      const request = toRequest(input, init);
      request.headers.delete(OVERRIDE);
      return project.emulator.fetch(request);
    },
  });

  const result = await behind.deploy(target);

  expect(result).toMatchObject({ status: 'deployed', endState: 'live', health: { verdict: 'healthy' } });
  const notices = project.events.flatMap((event) => (event.type === 'notice' ? [event.message] : []));
  expect(notices).toEqual([expect.stringContaining('could not be told before it has traffic')]);
});

test('the files switch it off, or on for each version', async () => {
  const set = (checkBefore: string): Promise<void> =>
    project.write('tenants/acme/tenant.config.json', tenantFile('acme', { traffic: { checkBefore } }));
  await live('blue');
  await paint('green');

  await set('never');
  expect((await project.deployer.plan(target)).beforeTraffic.checked).toBe(false);
  await set('always');
  expect((await project.deployer.plan(target)).beforeTraffic.checked).toBe(true);
});

test('of a release the first wave asks before, later waves of the same code do not', async () => {
  const code = { ...wranglerFile('acme'), kv_namespaces: [] };
  for (const tenant of ['beta', 'gamma']) {
    await project.write(`tenants/${tenant}/wrangler.json`, { ...code, name: tenant });
    await project.write(`tenants/${tenant}/tenant.config.json`, tenantFile(tenant, { traffic: {} }));
    await project.write(`tenants/${tenant}/src/index.js`, HEALTHY);
  }
  await project.deployer.deployAll({ env: '', only: ['beta', 'gamma'] });
  for (const tenant of ['beta', 'gamma']) {
    await project.write(`tenants/${tenant}/src/index.js`, HEALTHY.replace("'one'", "'two'"));
  }
  project.clear();

  await project.deployer.deployAll({ env: '', only: ['beta', 'gamma'], canary: 1 });

  const sent = (name: string): number => project.writes().filter((call) => call.includes(`/${name}/`)).length;
  expect([sent('beta'), sent('gamma')].toSorted()).toEqual([2, 3]);
});

test('a Worker without a URL is not asked before, and the plan says so', async () => {
  await live('blue');
  await paint('yellow', { workers_dev: false, kv_namespaces: [{ binding: 'CACHE', id: KV }] });

  const plan = await project.deployer.plan({ ...target, verifyBefore: 'always' });

  expect(plan.beforeTraffic).toEqual({ checked: false, why: 'the Worker has no URL' });
});
