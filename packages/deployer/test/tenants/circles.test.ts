import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeployerOptions } from '@cf-deploy/deployer';
import { ACCOUNT, createFakeRuntime, HEALTHY, startProject, type TestProject } from '../support/project.ts';
import { dead, giveUpLocks, mortal } from '../support/mortal.ts';
import { service, workers } from './several.ts';
import { toRequest } from '../support/request.ts';

let project: TestProject;

const CIRCLE = {
  auth: service('api'),
  api: { ...service('auth'), triggers: { crons: ['0 0 * * *'] } },
};

beforeEach(async () => {
  project = await startProject({ tenants: [], emulator: { runtime: createFakeRuntime } });
});

afterEach(async () => {
  await project.close();
});

/** Uploads that were sent: the script and which of its bindings are services. */
function recorded(): { readonly uploads: string[]; readonly fetch: NonNullable<DeployerOptions['fetch']> } {
  const uploads: string[] = [];
  return {
    uploads,
    async fetch(input, init) {
      const request = toRequest(input, init);
      const script = /\/scripts\/([^/]+)(\/versions)?$/.exec(new URL(request.url).pathname)?.[1];
      if (request.method !== 'GET' && script !== undefined) {
        const form = await request.clone().formData();
        const { bindings } = JSON.parse(await new Response(form.get('metadata')).text()) as {
          readonly bindings: readonly { readonly type: string; readonly service?: string }[];
        };
        const bound = bindings.flatMap(({ type, service: name }) => (type === 'service' ? [name] : []));
        uploads.push(`${script}: ${bound.join(' ')}`);
      }
      return project.emulator.fetch(request);
    },
  };
}

const told = ({ worker, status, endState }: { worker: string | null; status: string; endState: string }) =>
  `${worker} ${status} ${endState}`;

describe('Workers that bind services of each other', () => {
  test('are deployed the first time by one upload without the binding, which is live and reached by nobody', async () => {
    await workers(project, CIRCLE);
    const { uploads, fetch } = recorded();
    const deployer = project.another({ fetch });

    const fleet = await deployer.deployAll({});

    expect(uploads).toEqual(['api: ', 'auth: api', 'api: auth']);
    expect(fleet.results.map(told)).toEqual(['auth deployed live', 'api deployed live']);
    expect(fleet.summary).toEqual({ deployed: 2 });
    const [auth, api] = fleet.results;
    expect(auth).not.toHaveProperty('begun');
    expect(api).toMatchObject({ begun: { without: ['AUTH'] }, previousVersionId: null, leftovers: [] });
    // Each upload has a record, and the first says what it lacked.
    const first = JSON.parse(await project.read(api?.begun?.record ?? '')) as object;
    expect(first).toMatchObject({
      status: 'deployed',
      endState: 'live-partly',
      versionId: api?.begun?.versionId,
      leftovers: ['differs from what was wanted: bindings.AUTH'],
      health: { verdict: 'skipped' },
      steps: [
        { kind: 'upload-script', description: expect.stringContaining('first without AUTH') as string },
      ],
      unversioned: { triggers: { workersDev: false, previewUrls: false } },
    });
    expect(await project.records()).toHaveLength(4);
    expect((await deployer.driftAll({})).summary).toEqual({ clean: 2 });
  });

  test('are not broken when all of them are there', async () => {
    await workers(project, CIRCLE);
    await project.another().deployAll({});
    const { uploads, fetch } = recorded();
    const deployer = project.another({ fetch });
    expect((await deployer.deployAll({})).summary).toEqual({ unchanged: 2 });
    await project.write('workers/auth/src/index.js', HEALTHY.replace('one', 'two'));
    await project.write('workers/api/src/index.js', HEALTHY.replace('one', 'two'));
    expect((await project.another({ fetch }).deployAll({})).summary).toEqual({ deployed: 2 });
    expect(uploads).toEqual(['auth: api', 'api: auth']);
  });

  test('are planned in that order, and the plan says what goes first without what', async () => {
    await workers(project, CIRCLE);
    const { results, summary } = await project.another().planAll({});
    expect(summary).toEqual({ create: 2 });
    expect(project.writes()).toEqual([]);
    const steps = results.map((plan) => ('steps' in plan ? [plan.worker, plan.steps[0]?.description] : []));
    expect(steps).toEqual([
      ['auth', 'create the Worker (live at once)'],
      [
        'api',
        'create the Worker (live at once), first without AUTH, because auth is not there yet and waits for this one; whole after that',
      ],
    ]);
    await project.another().deployAll({});
    expect((await project.another().planAll({})).summary).toEqual({ none: 2 });
  });

  test('go back in the other order, and never to the first upload', async () => {
    await workers(project, CIRCLE);
    const first = await project.another().deployAll({});
    const deployer = project.another();
    expect(await deployer.workers({ tenant: 'acme' })).toEqual(['auth', 'api']);
    await expect(deployer.rollback({ tenant: 'acme', worker: 'api' })).rejects.toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      details: { passedOver: [{ versionId: first.results[1]?.begun?.versionId }] },
    });
    await expect(project.another().rollbackRelease({ id: first.releaseId ?? '' })).resolves.toMatchObject({
      results: [{ error: { code: 'ROLLBACK_IMPOSSIBLE' } }, { error: { code: 'ROLLBACK_IMPOSSIBLE' } }],
    });
    for (const name of ['auth', 'api'])
      await project.write(`workers/${name}/src/index.js`, HEALTHY.replace('one', 'two'));
    const second = await project.another().deployAll({});
    const back = await project.another().rollbackRelease({ id: second.releaseId ?? '' });
    expect(back.results.map(({ worker, versionId, error }) => [worker, versionId, error])).toEqual([
      ['api', first.results[1]?.versionId, null],
      ['auth', first.results[0]?.versionId, null],
    ]);
  });

  test('may be of different tenants', async () => {
    for (const [tenant, other] of [['acme', 'zeta'] as const, ['zeta', 'acme'] as const]) {
      await project.write(`tenants/${tenant}/tenant.config.json`, {
        tenantId: tenant,
        accountId: ACCOUNT,
        accountSubdomain: 'test',
        healthCheck: false,
      });
      await project.write(`tenants/${tenant}/src/index.js`, HEALTHY);
      await project.write(`tenants/${tenant}/wrangler.json`, {
        name: tenant,
        main: 'src/index.js',
        compatibility_date: '2026-02-01',
        services: [{ binding: 'OTHER', service: other }],
      });
    }
    const { uploads, fetch } = recorded();
    expect((await project.another({ fetch }).planAll({})).summary).toEqual({ create: 2 });
    const fleet = await project.another({ fetch }).deployAll({ parallel: 4, canary: 1 });
    expect(fleet.results.map(({ error }) => error)).toEqual([null, null]);
    expect(uploads).toEqual(['zeta: ', 'acme: zeta', 'zeta: acme']);
  });

  test('with bindings to themselves too are still two uploads of one of them', async () => {
    const all = { services: [...service('auth').services, ...service('api').services] };
    await workers(project, { auth: all, api: all });
    const { uploads, fetch } = recorded();
    expect((await project.another({ fetch }).deployAll({})).summary).toEqual({ deployed: 2 });
    expect(uploads).toEqual(['api: ', 'auth: auth api', 'auth: api', 'auth: auth api', 'api: auth api']);
  });

  test('that never get further than the first upload are told so', async () => {
    await workers(project, CIRCLE);
    await project.write('workers/auth/src/index.js', 'export default {');
    const fleet = await project.another().deployAll({});
    expect(fleet.results.map(told)).toEqual(['auth failed untouched']);
    expect(project.writes()).toEqual([]);
    await project.write('workers/auth/src/index.js', HEALTHY);
    const refusing: DeployerOptions['fetch'] = async (input, init) => {
      const request = toRequest(input, init);
      const isAuth = request.method === 'PUT' && request.url.includes('/scripts/auth');
      if (!isAuth) return project.emulator.fetch(request);
      const errors = [{ code: 10021, message: 'no' }];
      return Response.json({ success: false, result: null, messages: [], errors }, { status: 400 });
    };
    const broken = await project.another({ fetch: refusing }).deployAll({});
    expect(broken.results.map(told)).toEqual(['auth failed untouched', 'api deployed live-partly']);
    expect(broken.summary).toEqual({ failed: 1, deployed: 1 });
    const drift = await project.another().drift({ tenant: 'acme', worker: 'api' });
    expect(drift.changes.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['bindings.AUTH', 'crons[0 0 * * *]']),
    );
    expect((await project.another().deployAll({})).results.map(told)).toEqual([
      'auth deployed live',
      'api deployed live',
    ]);
  });
});

/** A sample of the 26 calls of such a deploy, each arriving or not; CI goes through all. */
const ALL = process.env['CF_DEPLOY_RESUMED_RUNS'] !== undefined;
const DEATHS = Array.from({ length: 26 }, (_, index) => index + 1).flatMap((call) =>
  ALL
    ? [
        { call, arrives: true },
        { call, arrives: false },
      ]
    : call % 5 === 0
      ? [{ call, arrives: call % 2 === 0 }]
      : [],
);

test.each(DEATHS)(
  'a circle killed at call $call (it arrives: $arrives) is whole after the next deploy',
  async ({ call, arrives }) => {
    await workers(project, CIRCLE);
    const { deployer, died } = mortal(project, call, arrives);
    await Promise.race([died, deployer.deployAll({}).catch(() => undefined)]);
    await giveUpLocks(project);
    const [release] = await project.deployer.releases();
    const next = project.another({ runner: dead('two') });
    const isOver = release === undefined || release.status === 'done' || call % 2 === 0;
    const run = isOver ? await next.deployAll({}) : await next.resume();
    expect(run.results.map(({ error }) => error)).toEqual(run.results.map(() => null));
    expect((await project.another().driftAll({})).summary).toEqual({ clean: 2 });
    expect((await project.another().deployAll({})).summary).toEqual({ unchanged: 2 });
    const records = await Promise.all(
      (await project.records()).map((name) => project.read(`deployments/${name}`)),
    );
    expect(records.filter((text) => text.includes('"status": "running"'))).toEqual([]);
  },
);
