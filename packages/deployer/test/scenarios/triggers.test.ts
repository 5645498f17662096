import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '@cf-deploy/emulator';
import {
  ACCOUNT,
  createFakeRuntime,
  HEALTHY,
  startProject,
  wranglerFile,
  type TestProject,
} from '../support/project.ts';

const target = { tenant: 'acme' };
const SOURCE = `${HEALTHY.replace('export default {', 'export default { queue() {}, scheduled() {},')}
export class Import extends WorkflowEntrypoint {}
class WorkflowEntrypoint {}
`;
const BEFORE = wranglerFile('acme', {
  routes: [{ pattern: 'example.com/old/*', zone_name: 'example.com' }],
  assets: { directory: 'public', binding: 'ASSETS' },
});
const AFTER = wranglerFile('acme', {
  routes: [
    { pattern: 'example.com/new/*', zone_name: 'example.com' },
    { pattern: 'app.example.com', custom_domain: true },
  ],
  assets: { directory: 'public', binding: 'ASSETS' },
  queues: {
    consumers: [
      { queue: 'jobs', max_batch_size: 5 },
      { queue: 'mails', max_retries: 2 },
    ],
  },
  workflows: [{ binding: 'IMPORT', name: 'import', class_name: 'Import' }],
});

let project: TestProject;
let deployed: ReturnType<TestProject['emulator']['admin']['snapshot']>;

beforeAll(async () => {
  project = await startProject({
    emulator: {
      runtime: createFakeRuntime,
      rateLimit: null,
      tokens: ['local-emulator-token', { value: 'one-zone-token', permissions: ['Workers Scripts Write'] }],
    },
    tenantConfig: { healthCheck: false },
  });
  await project.emulator.admin.seed({
    zones: [{ accountId: ACCOUNT, name: 'example.com' }],
    queues: [
      { accountId: ACCOUNT, name: 'jobs' },
      { accountId: ACCOUNT, name: 'mails' },
    ],
  });
  await project.write('tenants/acme/src/index.js', SOURCE);
  await project.write('tenants/acme/public/index.html', '<h1>one</h1>');
  await project.write('tenants/acme/wrangler.json', BEFORE);
  await project.deployer.deploy(target);
  deployed = project.emulator.admin.snapshot();
});

afterAll(async () => {
  await project.close();
});

async function begin(fault: Fault | null): Promise<void> {
  project.emulator.admin.clearFaults();
  await project.emulator.admin.restore(deployed);
  await project.write('tenants/acme/wrangler.json', AFTER);
  await project.write('tenants/acme/public/index.html', '<h1>two</h1>');
  if (fault !== null) project.emulator.admin.addFault(fault);
  project.clear();
}

test('routes, domains, consumers, workflows and assets are set, and then there is nothing left to do', async () => {
  await begin(null);

  const result = await project.deployer.deploy(target);

  expect(result).toMatchObject({ status: 'deployed', endState: 'live', error: null });
  expect(result.steps.map(({ kind }) => kind)).toEqual([
    'upload-assets',
    'upload-version',
    'promote',
    'routes',
    'custom-domains',
    'queue-consumers',
    'workflows',
  ]);
  project.clear();
  expect((await project.deployer.deploy(target)).status).toBe('unchanged');
  expect(project.writes()).toEqual([]);
  expect((await project.deployer.drift(target)).changes).toEqual([]);
});

test('drift names triggers that somebody added although the files say nothing about them', async () => {
  await begin(null);
  await project.deployer.deploy(target);
  await project.write('tenants/acme/wrangler.json', wranglerFile('acme'));

  const paths = (await project.deployer.drift(target)).changes.map(({ path }) => path);

  expect(paths).toEqual(
    expect.arrayContaining([
      'routes[example.com/new/*]',
      'customDomains[app.example.com]',
      'queueConsumers.jobs',
      'workflows.import',
    ]),
  );
});

const FAULTS: Readonly<Record<string, Fault>> = {
  'is refused': { status: 400, code: 10026, message: 'refused' },
  'meets a server error every time': { status: 500, code: 10002 },
  'meets one 503': { status: 503, times: 1 },
  'is applied, and its answer is lost once': { reset: 'after', times: 1 },
  'is applied, and every answer is lost': { reset: 'after' },
};
const WRITES = {
  'the asset session': { method: 'POST', path: '/accounts/*/workers/scripts/acme/assets-upload-session' },
  'the asset upload': { method: 'POST', path: '/accounts/*/workers/assets/upload' },
  'the routes': { method: 'PUT', path: '/accounts/*/workers/scripts/acme/routes' },
  'the domains': { method: 'PUT', path: '/accounts/*/workers/scripts/acme/domains/records' },
  'the second consumer': { method: 'POST', path: '/accounts/*/queues/*/consumers', nth: 2 },
  'the workflow': { method: 'PUT', path: '/accounts/*/workflows/*' },
} as const;

describe.each(Object.entries(FAULTS))('a call that %s', (_name, fault) => {
  test.each(Object.entries(WRITES))(
    '%s: what is reported is true, and deploying again completes it',
    async (_what, where) => {
      await begin({ ...fault, ...where });
      const start = liveTriggers();

      const result = await project.deployer.deploy(target);

      project.emulator.admin.clearFaults();
      const after = liveTriggers();
      const left = await project.deployer.plan(target);
      expect(result.status === 'deployed').toBe(result.error === null);
      expect(result.endState === 'live', `${result.endState}, but the plan says ${left.action}`).toBe(
        left.action === 'none',
      );
      const saysAsBefore = ['untouched', 'uploaded', 'rolled-back'].includes(result.endState);
      expect(saysAsBefore ? after : start).toEqual(start);
      expect(await project.deployer.deploy(target)).toMatchObject({ endState: 'live', error: null });
    },
  );
});

test('a token that may not edit the routes of every zone edits those of the zones concerned', async () => {
  await begin({ method: 'PUT', path: '/accounts/*/workers/scripts/acme/routes', status: 403, code: 10000 });

  const result = await project.deployer.deploy(target);

  expect(result).toMatchObject({ status: 'deployed', endState: 'live' });
  const zone = project.writes().filter((write) => write.includes('/zones/'));
  expect(zone.map((write) => write.split(' ')[0])).toEqual(['POST', 'DELETE']);
  project.emulator.admin.clearFaults();
});

/** Everything reachable about the Worker, from the emulator's documents; ids may differ after going back. */
function liveTriggers(): unknown {
  const { documents } = project.emulator.admin.snapshot();
  const values = (kind: 'route' | 'domain' | 'workflow' | 'queue'): unknown[] =>
    [...(documents.get(kind)?.values() ?? [])].map((document) =>
      JSON.parse(JSON.stringify(document), (key, value: unknown) =>
        ['id', 'createdOn', 'modifiedOn'].includes(key) ? undefined : value,
      ),
    );
  return {
    routes: values('route'),
    domains: values('domain'),
    workflows: values('workflow'),
    queues: values('queue'),
  };
}

test('a workflow with another jurisdiction than it has is refused before anything is sent', async () => {
  await project.emulator.admin.restore(deployed);
  const withJurisdiction = (jurisdiction: string): object => ({
    ...AFTER,
    workflows: [{ binding: 'IMPORT', name: 'import', class_name: 'Import', jurisdiction }],
  });
  await project.write('tenants/acme/wrangler.json', withJurisdiction('eu'));
  expect((await project.deployer.deploy(target)).status).toBe('deployed');
  await project.write('tenants/acme/wrangler.json', withJurisdiction('us'));
  project.clear();
  await expect(project.deployer.deploy({ ...target, force: true })).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('the jurisdiction "eu"') as unknown,
  });
  expect(project.writes()).toEqual([]);
});
