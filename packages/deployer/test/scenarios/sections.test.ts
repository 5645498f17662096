import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LOCAL_TOKEN, type Fault } from '@cf-deploy/emulator';
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
const SOURCE = `${HEALTHY.replace('export default {', 'export default { queue() {}, scheduled() {},')}
export class Import {}
`;
const TRIGGERS = {
  triggers: { crons: ['0 1 * * *'] },
  routes: [{ pattern: 'app.example.com', custom_domain: true }],
  queues: { consumers: [{ queue: 'jobs', max_batch_size: 5, dead_letter_queue: 'dead' }] },
  workflows: [{ binding: 'IMPORT', name: 'import', class_name: 'Import', limits: { steps: 10 } }],
};
let project: TestProject;
let bare: ReturnType<TestProject['emulator']['admin']['snapshot']>;

beforeAll(async () => {
  project = await startProject({
    emulator: { runtime: createFakeRuntime, rateLimit: null },
    tenantConfig: { healthCheck: false },
  });
  await project.emulator.admin.seed({
    zones: [{ accountId: ACCOUNT, name: 'example.com' }],
    queues: ['jobs', 'dead'].map((name) => ({ accountId: ACCOUNT, name })),
  });
  await project.write('tenants/acme/src/index.js', SOURCE);
  await project.deployer.deploy(target);
  bare = project.emulator.admin.snapshot();
});

beforeEach(async () => {
  project.emulator.admin.clearFaults();
  await project.emulator.admin.restore(bare);
  await file({});
  await tenant({});
  project.clear();
});

afterAll(() => project.close());

const file = (fields: Readonly<Record<string, unknown>>): Promise<void> =>
  project.write('tenants/acme/wrangler.json', wranglerFile('acme', fields));
const tenant = (fields: Readonly<Record<string, unknown>>): Promise<void> =>
  project.write('tenants/acme/tenant.config.json', tenantFile('acme', { healthCheck: false, ...fields }));
const somebody = () => project.emulator.admin.editAs({ email: 'someone@example.com' });
const fault = (path: string, failure: Fault): void =>
  void project.emulator.admin.addFault({ method: 'GET', path, ...failure });

/** A call as another tool would make it. */
async function call(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const response = await project.emulator.fetch(
    new Request(`https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/workers/scripts/acme${path}`, {
      method,
      headers: { authorization: `Bearer ${LOCAL_TOKEN}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  expect(response.status).toBe(200);
  return ((await response.json()) as { result: Record<string, unknown> }).result;
}

/** A version that somebody uploaded and did not deploy. */
async function uploadVersion(): Promise<string> {
  const form = new FormData();
  form.set(
    'metadata',
    JSON.stringify({
      main_module: 'w.js',
      compatibility_date: '2026-02-01',
      placement: { mode: 'smart' },
      cache_options: { enabled: true },
    }),
  );
  form.set(
    'w.js',
    new File(['export default { fetch() { return new Response(); } }'], 'w.js', {
      type: 'application/javascript+module',
    }),
  );
  const response = await project.emulator.fetch(
    new Request(`https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/workers/scripts/acme/versions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${LOCAL_TOKEN}` },
      body: form,
    }),
  );
  expect(await response.clone().json()).toMatchObject({ success: true });
  return ((await response.json()) as { result: { id: string } }).result.id;
}

describe('what the files do not declare', () => {
  test('is drift that a deploy leaves, and the plan says the same', async () => {
    await somebody().addCron(ACCOUNT, 'acme', '0 3 * * *');
    await somebody().setSettings(ACCOUNT, 'acme', { logpush: true });

    const drift = await project.deployer.drift(target);
    const plan = await project.deployer.plan(target);

    const left = [
      { path: 'settings.logpush', owned: false },
      { path: 'crons[0 3 * * *]', owned: false },
    ];
    expect(drift).toMatchObject({ outcome: 'drifted', drifted: true, changes: left });
    expect(plan).toMatchObject({ action: 'none', changes: [], left });
    project.clear();
    expect(await project.deployer.deploy(target)).toMatchObject({ status: 'unchanged', changes: [] });
    expect(project.writes()).toEqual([]);
  });

  test.each([
    ['no workflows', undefined],
    ['none of them', []],
    ['another one', [{ binding: 'EXPORT', name: 'export', class_name: 'Import' }]],
  ])(
    'a workflow of the Worker is not removed, and not announced as removed, where the files name %s',
    async (_what, workflows) => {
      await file(TRIGGERS);
      await project.deployer.deploy(target);
      await file({ ...TRIGGERS, workflows });
      const plan = await project.deployer.plan(target);
      expect(plan.changes.map(({ path }) => path)).not.toContain('workflows.import');
      expect(plan.left.map(({ path }) => path)).toContain('workflows.import');
      await project.deployer.deploy(target);
      // It is still there, and left.
      expect((await project.deployer.plan(target)).left.map(({ path }) => path)).toContain(
        'workflows.import',
      );
    },
  );
});

describe('one refused read makes its part unknown and loses nothing else', () => {
  test.each([
    ['/accounts/*/workflows', 403, 'workflows'],
    ['/accounts/*/workers/domains', 500, 'customDomains'],
    ['/accounts/*/queues', 404, 'queueConsumers'],
    ['/accounts/*/workers/services/acme/environments/production/routes', 403, 'routes'],
    ['/accounts/*/workers/scripts/acme/schedules', 500, 'crons'],
    ['/accounts/*/workers/scripts/acme/settings', 403, 'settings'],
    ['/accounts/*/workers/scripts/acme/subdomain', 404, 'workersDev'],
  ])('%s answering %s: %s', async (path, status, section) => {
    await somebody().setVariable(ACCOUNT, 'acme', 'COLOUR', 'green');
    fault(path, { status, code: status === 403 ? 10000 : 10002 });

    const drift = await project.deployer.drift(target);

    expect(drift.unknown.map((part) => part.section)).toContain(section);
    expect(drift).toMatchObject({ outcome: 'drifted', error: null });
    expect(drift.changes.map((change) => change.path)).toContain('bindings.COLOUR.text');
  });

  test('with nothing else to tell, the outcome is unknown, not clean', async () => {
    fault('/accounts/*/workflows', { status: 403, code: 10000 });
    expect(await project.deployer.drift(target)).toMatchObject({ outcome: 'unknown', drifted: false });
    expect(await project.deployer.plan(target)).toMatchObject({
      action: 'none',
      unknown: [{ section: 'workflows' }],
    });
  });

  test('"no such Worker" from one endpoint is not that there is none, when settings answer', async () => {
    fault('/accounts/*/workers/scripts/acme/deployments', { status: 404, code: 10007 });
    const drift = await project.deployer.drift(target);
    expect(drift.changes.map(({ path }) => path)).not.toContain('worker');
    expect(drift.unknown.map(({ section }) => section)).toEqual(expect.arrayContaining(['bindings', 'code']));
    await expect(project.deployer.deploy({ ...target, force: true })).rejects.toMatchObject({
      code: 'API_UNREACHABLE',
    });
  });

  test('a live version that cannot be seen yet is not one without bindings', async () => {
    fault('/accounts/*/workers/scripts/acme/versions/*', { status: 404, code: 100146 });
    const drift = await project.deployer.drift(target);
    expect(drift.changes).toEqual([]);
    expect(drift.outcome).toBe('unknown');
  });
});

describe('values of triggers are compared, not only names', () => {
  const edits: Readonly<Record<string, readonly [Readonly<Record<string, unknown>>, string]>> = {
    'a switch of a custom domain': [
      { routes: [{ pattern: 'app.example.com', custom_domain: true, previews_enabled: true }] },
      'customDomains[app.example.com].previews_enabled',
    ],
    'a dead-letter queue taken away': [
      { queues: { consumers: [{ queue: 'jobs', max_batch_size: 5 }] } },
      'queueConsumers.jobs.dead_letter_queue',
    ],
    'a setting of a consumer taken away': [
      { queues: { consumers: [{ queue: 'jobs', dead_letter_queue: 'dead' }] } },
      'queueConsumers.jobs.batch_size',
    ],
    'limits of a workflow, which no answer gives back': [
      { workflows: [{ binding: 'IMPORT', name: 'import', class_name: 'Import', limits: { steps: 20 } }] },
      'workflowOptions',
    ],
    'limits of a workflow taken away': [
      { workflows: [{ binding: 'IMPORT', name: 'import', class_name: 'Import' }] },
      'workflowOptions',
    ],
    'schedules of a workflow': [
      {
        workflows: [
          {
            binding: 'IMPORT',
            name: 'import',
            class_name: 'Import',
            limits: { steps: 10 },
            schedules: ['0 5 * * *'],
          },
        ],
      },
      'workflowOptions',
    ],
    'how running code is replaced': [
      { durable_objects: { bindings: [], code_update_strategy: { mode: 'immediate' } } },
      'config',
    ],
  };
  test.each(Object.entries(edits))(
    '%s is deployed, and then there is nothing left',
    async (_what, [edit, path]) => {
      await file(TRIGGERS);
      expect(await project.deployer.deploy(target)).toMatchObject({ status: 'deployed', endState: 'live' });
      expect(await project.deployer.plan(target)).toMatchObject({ action: 'none' });
      expect(await project.deployer.drift(target)).toMatchObject({ outcome: 'clean' });
      await file({ ...TRIGGERS, ...edit });

      const plan = await project.deployer.plan(target);
      expect(plan.changes.map((change) => change.path)).toEqual([path]);
      expect(await project.deployer.deploy(target)).toMatchObject({ status: 'deployed', endState: 'live' });

      expect(await project.deployer.plan(target)).toMatchObject({ action: 'none', changes: [] });
      expect(await project.deployer.drift(target)).toMatchObject({ outcome: 'clean' });
    },
  );

  test('the zone of a route is deployed, and then there is nothing left', async () => {
    const pattern = 'sub.example.com/*';
    await file({ workers_dev: true, routes: [{ pattern, zone_name: 'example.com' }] });
    expect(await project.deployer.deploy(target)).toMatchObject({ status: 'deployed', error: null });
    await project.emulator.admin.seed({ zones: [{ accountId: ACCOUNT, name: 'sub.example.com' }] });
    await file({ workers_dev: true, routes: [{ pattern, zone_name: 'sub.example.com' }] });

    const plan = await project.deployer.plan(target);
    expect(plan.changes.map(({ path }) => path)).toEqual([`routes[${pattern}].zone_name`]);
    expect(await project.deployer.deploy(target)).toMatchObject({ status: 'deployed', endState: 'live' });

    expect(await project.deployer.plan(target)).toMatchObject({ action: 'none', changes: [] });
    expect(await project.deployer.drift(target)).toMatchObject({ outcome: 'clean' });
  });

  test('a rollback does not bring old options of workflows back, and what is set stays known', async () => {
    await file(TRIGGERS);
    const first = await project.deployer.deploy(target);
    await file({
      ...TRIGGERS,
      workflows: [{ binding: 'IMPORT', name: 'import', class_name: 'Import', limits: { steps: 20 } }],
      vars: { TENANT: 'acme', COLOUR: 'red' },
    });
    await project.deployer.deploy(target);
    await project.deployer.rollback({ ...target, versionId: String(first.versionId) });
    await file(TRIGGERS);

    expect((await project.deployer.plan(target)).changes.map(({ path }) => path)).toEqual([
      'workflowOptions',
    ]);
  });
});

describe('versions beside the live one are seen', () => {
  test('a split, in drift and in the plan', async () => {
    const live = String((await project.deployer.status(target)).deployment?.versions[0]?.versionId);
    const other = await uploadVersion();
    await call('POST', '/deployments', {
      strategy: 'percentage',
      versions: [
        { version_id: live, percentage: 90 },
        { version_id: other, percentage: 10 },
      ],
    });

    expect(await project.deployer.drift(target)).toMatchObject({
      outcome: 'drifted',
      changes: [{ path: 'version.traffic', owned: false, actual: { [live]: 90, [other]: 10 } }],
    });
    const plan = await project.deployer.plan(target);
    const refused = [
      { code: 'traffic-split', severity: 'error' },
      { code: 'split-traffic', severity: 'info' },
    ];
    expect(plan).toMatchObject({ action: 'none', left: [{ path: 'version.traffic' }], findings: refused });
    const taking = await project.deployer.plan({ ...target, takeOverSplit: true });
    expect(taking).toMatchObject({
      action: 'update',
      changes: [{ path: 'version.traffic', owned: true }],
      left: [],
      findings: [{ code: 'split-traffic' }],
    });
    expect(await project.deployer.deploy(target)).toMatchObject({
      status: 'unchanged',
      endState: 'live-partly',
      error: { code: 'TRAFFIC_SPLIT' },
    });
    await expect(project.deployer.deploy({ ...target, force: true })).rejects.toMatchObject({
      code: 'TRAFFIC_SPLIT',
    });
    await tenant({ drift: { ignore: ['version.traffic'] } });
    expect((await project.deployer.plan(target)).findings).toMatchObject([{ code: 'split-traffic' }]);
    expect(await project.deployer.deploy(target)).toMatchObject({ status: 'unchanged', error: null });
  });

  test('one that was uploaded and not deployed is named, and its placement and cache options are not taken for the live ones', async () => {
    const id = await uploadVersion();

    const drift = await project.deployer.drift(target);

    expect(drift.changes).toEqual([]);
    expect(drift.outcome).toBe('clean');
    expect(drift.notices.join('\n')).toContain(id);
    expect((await project.deployer.plan(target)).findings).toMatchObject([{ code: 'undeployed-version' }]);
  });
});

test('what drift.ignore leaves to others is kept by a deploy that changes its neighbours', async () => {
  await file({ triggers: { crons: ['0 1 * * *'] } });
  await project.deployer.deploy(target);
  await tenant({ drift: { ignore: ['crons[0 3 * * *]', 'bindings.COLOUR'] } });
  await call('PUT', '/schedules', [{ cron: '0 1 * * *' }, { cron: '0 3 * * *' }]);
  expect(await project.deployer.drift(target)).toMatchObject({ outcome: 'clean' });
  expect(await project.deployer.plan(target)).toMatchObject({
    action: 'none',
    ignored: [{ path: 'crons[0 3 * * *]', rule: 'crons[0 3 * * *]' }],
  });
  await file({ triggers: { crons: ['0 1 * * *', '0 2 * * *'] } });

  await project.deployer.deploy(target);

  const { schedules } = (await call('GET', '/schedules')) as { schedules: { cron: string }[] };
  expect(schedules.map(({ cron }) => cron).toSorted()).toEqual(['0 1 * * *', '0 2 * * *', '0 3 * * *']);
});

test('an upload that overwrites what drift.ignore leaves to others says so in the plan', async () => {
  await tenant({ drift: { ignore: ['bindings.COLOUR'] } });
  await somebody().setVariable(ACCOUNT, 'acme', 'COLOUR', 'green');
  expect(await project.deployer.plan(target)).toMatchObject({ action: 'none' });
  await project.write('tenants/acme/src/index.js', SOURCE.replace("'one'", "'two'"));
  const { findings } = await project.deployer.plan(target);
  await project.write('tenants/acme/src/index.js', SOURCE);
  expect(findings).toMatchObject([{ code: 'ignored-overwritten', path: 'bindings.COLOUR.text' }]);
});

describe('what is lost is known in one place', () => {
  test('a custom domain that is taken away is asked about once, and refused means nothing was sent', async () => {
    await file(TRIGGERS);
    await project.deployer.deploy(target);
    await file({ ...TRIGGERS, routes: [{ pattern: 'new.example.com', custom_domain: true }] });
    project.clear();
    const asked: string[] = [];
    const confirm = async ({
      changes,
      steps,
    }: {
      changes: readonly { path: string; destructive: boolean }[];
      steps: readonly { kind: string; destructive: boolean }[];
    }): Promise<boolean> => {
      asked.push(
        ...changes.filter(({ destructive }) => destructive).map(({ path }) => path),
        ...steps.filter(({ destructive }) => destructive).map(({ kind }) => kind),
      );
      return false;
    };

    await expect(project.deployer.deploy({ ...target, confirm })).rejects.toMatchObject({
      message: 'Nothing was deployed: it was not confirmed.',
    });

    expect(asked).toEqual(['customDomains[app.example.com]', 'custom-domains']);
    expect(project.writes()).toEqual([]);
    const reads = project.calls.length;
    project.clear();
    const result = await project.deployer.deploy({ ...target, confirm: async () => true });
    expect(result.calls).toBe(project.calls.length);
    expect(project.calls.filter(({ method }) => method === 'GET').length).toBeLessThanOrEqual(reads + 2);
  });

  test('deleting a Durable Object class by its export is destructive and cannot be undone', async () => {
    const objects = `${SOURCE}\nexport class Counter {}\n`;
    await project.write('tenants/acme/src/index.js', objects);
    await file({ exports: { Counter: { type: 'durable-object', storage: 'sqlite' } } });
    await project.deployer.deploy(target);
    await project.write('tenants/acme/src/index.js', SOURCE);
    await file({ exports: { Counter: { type: 'durable-object', state: 'deleted' } } });

    const plan = await project.deployer.plan(target);

    expect(plan.changes.find(({ path }) => path === 'exports.Counter')).toMatchObject({
      destructive: true,
      irreversible: true,
    });
    expect(plan.reversible.possible).toBe(false);
    expect(plan.steps.filter(({ destructive }) => destructive).map(({ kind }) => kind)).toEqual([
      'upload-script',
    ]);
  });
});

test('"the queue has a consumer already" is looked into: it may be ours', async () => {
  await file({ queues: { consumers: [{ queue: 'jobs', max_batch_size: 5 }] } });
  project.emulator.admin.addFault({
    method: 'POST',
    path: '/accounts/*/queues/*/consumers',
    status: 400,
    code: 11004,
    applied: true,
    times: 1,
  });
  expect(await project.deployer.deploy(target)).toMatchObject({ status: 'deployed', endState: 'live' });
});
