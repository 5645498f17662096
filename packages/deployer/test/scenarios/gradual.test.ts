import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeployError } from '@cf-deploy/deployer';
import { LOCAL_TOKEN, PERMISSIONS } from '@cf-deploy/emulator';
import { afterEach, expect, test } from 'vitest';
import { ACCOUNT, HEALTHY, tenantFile } from '../support/project.ts';
import { startGradualWorld, type GradualWorld } from '../support/gradual-world.ts';

const target = { tenant: 'acme' };
const GRADUAL = { ...target, strategy: 'gradual' } as const;
const STEPS = {
  steps: [
    { percent: 30, bakeSeconds: 180 },
    { percent: 60, bakeSeconds: 120 },
  ],
};

let world: GradualWorld;

afterEach(() => world.project.close());

/** A healthy blue version with visitors, and green files. */
async function begin(options: Partial<Parameters<typeof startGradualWorld>[0]> = {}): Promise<void> {
  world = await startGradualWorld({ perSecond: 10, traffic: STEPS, ...options });
  await world.paint('blue');
  await world.project.deployer.deploy(target);
  await world.paint('green');
}

test('a healthy version gets its traffic step by step, and every step is in the plan and in the record', async () => {
  await begin();
  const plan = await world.project.deployer.plan(GRADUAL);
  const seen: object[] = [];
  world.after(100, () => seen.push(world.shares()));
  world.after(400, () => seen.push(world.shares()));

  const result = await world.project.deployer.deploy(GRADUAL);

  expect(plan.traffic).toMatchObject({ strategy: 'gradual', why: null, possible: true });
  expect(plan.steps.map(({ description }) => description)).toEqual([
    'upload a new version (no traffic yet)',
    'give the new version 30 % of the traffic',
    'watch it at 30 % for 3 min',
    'give the new version 60 % of the traffic',
    'watch it at 60 % for 2 min',
    'give all traffic to the new version',
  ]);
  expect(seen).toEqual([
    { blue: 70, green: 30 },
    { blue: 40, green: 60 },
  ]);
  expect(result).toMatchObject({
    status: 'deployed',
    endState: 'live',
    error: null,
    gradual: { status: 'done' },
  });
  expect(world.shares()).toEqual({ green: 100 });
  const record = JSON.parse(await world.project.read(String(result.record)));
  expect(record).toMatchObject({ status: 'deployed', endState: 'live' });
  expect(record.steps.every(({ status }: { status: string }) => status === 'done')).toBe(true);
});

test.each(['exception', 503] as const)(
  'a version that fails more often loses its traffic again: %s',
  async (as) => {
    await begin(as === 'exception' ? {} : { wrangler: { observability: { enabled: true } } });
    world.behaviours['blue'] = { failing: 0.02, as };
    world.behaviours['green'] = { failing: 0.3, as };

    const result = await world.project.deployer.deploy(GRADUAL);

    expect(result).toMatchObject({
      status: 'rolled-back',
      endState: 'rolled-back',
      error: { code: 'METRICS_WORSE' },
      gradual: { status: 'taken-back' },
    });
    expect(world.shares()).toEqual({ blue: 100 });
    expect(world.elapsed()).toBeLessThanOrEqual(10 * 60);
  },
);

test('a version that turns sick while it is watched loses its traffic again', async () => {
  await begin();
  world.after(150, () => (world.behaviours['green'] = { failing: 0, sick: true }));

  const result = await world.project.deployer.deploy(GRADUAL);

  expect(result).toMatchObject({ endState: 'rolled-back', error: { code: 'HEALTH_FAILED' } });
  expect(world.shares()).toEqual({ blue: 100 });
});

test('what the requests do not tell pauses the deploy, with success, and says how to go on', async () => {
  await begin({ perSecond: 1 });

  const paused = await world.project.deployer.deploy(GRADUAL);

  expect(paused).toMatchObject({
    status: 'paused',
    endState: 'live-partly',
    error: null,
    gradual: { status: 'paused', percent: 30, step: 1, steps: 2, running: false },
  });
  expect(paused.gradual?.why).toContain('do not tell yet');
  expect(world.shares()).toEqual({ blue: 70, green: 30 });
  expect(await world.project.deployer.status(target)).toMatchObject({ gradual: { status: 'paused' } });
  expect(await world.project.deployer.versions(target)).toMatchObject({ gradual: { status: 'paused' } });
  expect(await world.project.deployer.drift(target)).toMatchObject({ outcome: 'drifted' });
  const record = JSON.parse(await world.project.read(String(paused.record)));
  expect(record).toMatchObject({ status: 'paused', endState: 'live-partly' });
});

test('another machine that shares the store goes on with the next step, or gives all traffic at once', async () => {
  await begin({ perSecond: 1 });
  await world.project.deployer.deploy(GRADUAL);
  const other = world.another({ runner: { name: 'elsewhere:1:1', isAlive: () => true } });

  const next = await other.promote(target);
  const [halfway, promoted] = [world.shares(), await other.promote({ ...target, now: true })];

  expect(next).toMatchObject({ status: 'paused', gradual: { percent: 60, step: 2 } });
  expect(halfway).toEqual({ blue: 40, green: 60 });
  expect(promoted).toMatchObject({ status: 'deployed', endState: 'live', gradual: { status: 'done' } });
  expect(world.shares()).toEqual({ green: 100 });
  await expect(other.promote(target)).rejects.toMatchObject({ code: 'GRADUAL_UNKNOWN', exitCode: 3 });
});

test.each<[string, boolean, object]>([
  ['sets what is no part of a version too', false, { status: 'deployed', endState: 'live', error: null }],
  [
    'names what is left where the files are others by now',
    true,
    { endState: 'live-partly', error: { code: 'DEPLOY_INCOMPLETE' } },
  ],
])('the last promotion of a paused deploy %s', async (_name, isChanged, expected) => {
  await begin({ perSecond: 1 });
  await world.paint('green', { triggers: { crons: ['0 1 * * *'] } });
  expect(await world.project.deployer.deploy(GRADUAL)).toMatchObject({ status: 'paused' });
  if (isChanged) await world.paint('red', { triggers: { crons: ['0 2 * * *'] } });

  const promoted = await world.project.deployer.promote({ ...target, now: true });

  expect(promoted).toMatchObject(expected);
  expect(world.shares()).toEqual({ green: 100 });
  const [script] = world.project.emulator.admin.scripts(ACCOUNT);
  expect(script?.schedules.map(({ cron }) => cron)).toEqual(isChanged ? [] : ['0 1 * * *']);
});

test('aborting, or rolling back, gives all traffic back to the old version', async () => {
  await begin({ perSecond: 1 });
  await world.project.deployer.deploy(GRADUAL);
  const aborted = await world.project.deployer.abort(target);
  const afterAbort = world.shares();
  await world.project.deployer.deploy(GRADUAL);
  const back = await world.project.deployer.rollback(target);

  expect(aborted).toMatchObject({ status: 'deployed', endState: 'live', gradual: { status: 'taken-back' } });
  expect(afterAbort).toEqual({ blue: 100 });
  expect(back).toMatchObject({ endState: 'live', gradual: { status: 'taken-back' } });
  expect(world.shares()).toEqual({ blue: 100 });
});

test.each(['promote', 'abort'] as const)(
  'a %s that Cloudflare refuses leaves the gradual deploy where it was, to be gone on with',
  async (command) => {
    await begin({ perSecond: 1 });
    await world.project.deployer.deploy(GRADUAL);
    const path = '/accounts/*/workers/scripts/acme/deployments';
    world.project.emulator.admin.addFault({ method: 'POST', path, status: 400, code: 10021 });

    const refused = await world.project.deployer[command](target);

    expect(refused).toMatchObject({
      status: 'failed',
      endState: 'untouched',
      error: { code: 'API_REFUSED' },
      gradual: { status: 'paused', percent: 30 },
    });
    expect(world.shares()).toEqual({ blue: 70, green: 30 });
    world.project.emulator.admin.clearFaults();
    expect(await world.project.deployer.abort(target)).toMatchObject({ endState: 'live', error: null });
  },
);

test.each([
  ['a path of the Worker', { path: '/health' }, true],
  ['an address that need not be the Worker', { url: 'https://acme.test.workers.dev/health' }, false],
])('while a version has a share it is asked by its name at %s', async (_name, healthCheck, isAsked) => {
  await begin({ perSecond: 1 });
  const tenant = tenantFile('acme', {
    traffic: STEPS,
    healthCheck: { ...healthCheck, versionFrom: 'version.id' },
  });
  await world.project.write('tenants/acme/tenant.config.json', JSON.stringify(tenant));
  const named: boolean[] = [];
  const deployer = world.another({
    workerFetch: (input, init) => {
      const request = new Request(input, init);
      named.push(request.headers.has('cloudflare-workers-version-overrides'));
      return world.project.emulator.fetch(request);
    },
  });

  const result = await deployer.deploy({ ...GRADUAL, verifyBefore: 'never' });

  expect(result).toMatchObject({ status: 'paused' });
  expect(named.includes(true)).toBe(isAsked);
});

test('aborting where the old version is sick too gives the new one no traffic again', async () => {
  await begin({ perSecond: 1 });
  await world.project.deployer.deploy(GRADUAL);
  world.behaviours['blue'] = { failing: 0, sick: true };

  const aborted = await world.project.deployer.abort(target);

  expect(aborted).toMatchObject({
    status: 'failed',
    endState: 'live',
    leftovers: [],
    health: { verdict: 'unhealthy' },
    error: { code: 'HEALTH_FAILED', message: expect.stringContaining('It stays live') as string },
    gradual: { status: 'taken-back' },
  });
  expect(world.shares()).toEqual({ blue: 100 });
});

test('rolling back out of a split where the old version is sick too gives the new one no traffic again', async () => {
  await begin({ perSecond: 1 });
  await world.project.deployer.deploy(GRADUAL);
  world.behaviours['blue'] = { failing: 0, sick: true };

  const back = await world.project.deployer.rollback(target);

  expect(back).toMatchObject({
    status: 'failed',
    endState: 'live',
    health: { verdict: 'unhealthy' },
    error: { code: 'HEALTH_FAILED', message: expect.stringContaining('It stays live') as string },
  });
  expect(world.shares()).toEqual({ blue: 100 });
});

test('pausing stops the run of another process within seconds, and leaves the shares', async () => {
  await begin({ perSecond: 1 });
  world.after(60, () => world.another().pause(target));

  const result = await world.project.deployer.deploy(GRADUAL);

  expect(result).toMatchObject({ status: 'paused', error: null, gradual: { why: 'somebody paused it' } });
  expect(world.shares()).toEqual({ blue: 70, green: 30 });
  expect(world.elapsed()).toBeLessThan(70);
});

test('aborting while another process goes through it makes that one take its traffic back', async () => {
  await begin({ perSecond: 1 });
  let aborted: Promise<unknown> = Promise.resolve();
  // It waits once it has asked; until then no time passes for the other, however busy this machine is.
  const ask = (asked: () => void): void => {
    const sleep = (): Promise<void> => {
      asked();
      return new Promise(setImmediate);
    };
    aborted = world.another({ sleep }).abort(target);
  };
  world.after(10, () => new Promise<void>(ask));

  const result = await world.project.deployer.deploy(GRADUAL);

  expect(result).toMatchObject({ status: 'rolled-back', error: { code: 'GRADUAL_ABORTED' } });
  expect(await aborted).toMatchObject({ endState: 'live', error: null, gradual: { status: 'taken-back' } });
  expect(world.shares()).toEqual({ blue: 100 });
});

test('errors that cannot be read are unknown, never well: the deploy pauses and names the permission', async () => {
  const permissions = Object.values(PERMISSIONS).filter((name) => !name.includes('Analytics'));
  await begin({ perSecond: 1, emulator: { tokens: [{ value: LOCAL_TOKEN, permissions }] } });

  const result = await world.project.deployer.deploy(GRADUAL);

  expect(result).toMatchObject({ status: 'paused', error: null });
  expect(result.gradual?.why).toContain('Account Analytics Read');
});

test('with metrics off the health check alone decides, and no errors are read', async () => {
  await begin({
    perSecond: 1,
    traffic: { strategy: 'gradual', metrics: 'off', steps: [{ percent: 5, bakeSeconds: 60 }] },
  });

  const result = await world.project.deployer.deploy(target);

  expect(result).toMatchObject({ status: 'deployed', gradual: { status: 'done' } });
  expect(world.project.calls.some(({ path }) => path === '/graphql')).toBe(false);
});

test('a run that was killed in a step says where it stands, and is gone on with from that step', async () => {
  await begin({ perSecond: 1 });
  const dead = { name: 'dead:1:1', isAlive: () => false };
  const killed = new Promise((resolve) => {
    world.after(30, () => {
      resolve(null);
      // Never goes on, as a process that is gone.
      return new Promise(() => undefined);
    });
  });
  void world.another({ runner: dead }).deploy(GRADUAL);
  await killed;
  await rm(join(world.project.root, '.cf-deploy', 'locks'), { recursive: true, force: true });
  const next = world.another({ runner: { name: 'here:2:2', isAlive: (name) => name === 'here:2:2' } });

  const refused = await next.deploy(GRADUAL).catch((error: DeployError) => error);
  const status = await next.status(target);
  const result = await next.promote(target);

  expect(refused).toMatchObject({ code: 'TRAFFIC_SPLIT', exitCode: 1 });
  expect(String((refused as DeployError).hint)).toContain('cf-deploy promote');
  const said = world.project.events.flatMap((event) => (event.type === 'notice' ? [event.message] : []));
  expect(said.join()).toMatch(/interrupted: version .* has 70 %, version .* has 30 % of the traffic/);
  expect(status.gradual).toMatchObject({ status: 'running', running: false, step: 1, percent: 30 });
  expect(result).toMatchObject({ status: 'paused', gradual: { step: 1, percent: 30 } });
  expect(result.steps.map(({ kind, status: ended }) => `${kind} ${ended}`)).toEqual([
    'shift done',
    'watch done',
    'shift planned',
    'watch planned',
    'promote planned',
  ]);
});

test('a split that somebody else left is refused by name, unless it is taken over', async () => {
  await begin({ perSecond: 1, traffic: { ...STEPS, metrics: 'off' } });
  await world.project.deployer.deploy(GRADUAL);
  const [script] = world.project.emulator.admin.scripts(ACCOUNT);
  const [blue, green] = script?.versions.map(({ id }) => id) ?? [];
  await world.split({ [String(blue)]: 20, [String(green)]: 80 });

  await expect(world.project.deployer.deploy({ ...target, force: true })).rejects.toMatchObject({
    code: 'TRAFFIC_SPLIT',
    message: expect.stringContaining(`version ${green} has 80 %`),
  });
  const plan = await world.project.deployer.plan({ ...target, force: true });
  const unchanged = await world.project.deployer.deploy(target);
  const taken = await world.project.deployer.deploy({ ...target, takeOverSplit: true });

  expect(plan.findings).toContainEqual(expect.objectContaining({ code: 'traffic-split', severity: 'error' }));
  expect(unchanged).toMatchObject({ status: 'unchanged', error: { code: 'TRAFFIC_SPLIT' } });
  expect(taken).toMatchObject({ status: 'deployed', endState: 'live', error: null });
  expect(world.shares()).toEqual({ green: 100 });
});

test('somebody who deploys meanwhile is not overwritten, and the gradual deploy is over', async () => {
  await begin({ perSecond: 1 });
  world.after(30, async () => {
    const [script] = world.project.emulator.admin.scripts(ACCOUNT);
    await world.split({ [String(script?.versions[0]?.id)]: 100 });
  });
  const paused = await world.project.deployer.deploy(GRADUAL);

  expect(paused).toMatchObject({
    status: 'failed',
    error: { code: 'CONFLICT' },
    gradual: { status: 'replaced' },
  });
  expect(world.shares()).toEqual({ blue: 100 });
});

test('where it cannot be gradual it is refused before anything is sent, and a first deploy says that it is not', async () => {
  world = await startGradualWorld({ perSecond: 0 });
  await world.paint('blue');
  const first = await world.project.deployer.plan(GRADUAL);
  await world.project.deployer.deploy(GRADUAL);
  await world.paint('green', {
    migrations: [{ tag: 'v1', new_sqlite_classes: ['Room'] }],
    durable_objects: { bindings: [{ name: 'ROOM', class_name: 'Room' }] },
  });
  await world.project.write('tenants/acme/src/index.js', `${HEALTHY}\nexport class Room {}\n`);

  expect(first.findings).toContainEqual(expect.objectContaining({ code: 'not-gradual', severity: 'info' }));
  await expect(world.project.deployer.deploy(GRADUAL)).rejects.toMatchObject({
    code: 'GRADUAL_IMPOSSIBLE',
    exitCode: 3,
  });
  expect(world.project.writes()).toEqual([]);
  expect(await world.project.deployer.deploy({ ...target, strategy: 'at-once' })).toMatchObject({
    endState: 'live',
  });
});

test('a release that was killed inside a gradual step is resumed in that step', async () => {
  await begin({ perSecond: 0, traffic: { metrics: 'off', steps: [{ percent: 30, bakeSeconds: 60 }] } });
  const killed = new Promise((resolve) => {
    world.after(20, () => {
      resolve(null);
      return new Promise(() => undefined);
    });
  });
  const dead = { name: 'dead:1:1', isAlive: () => false };
  void world.another({ runner: dead }).deployAll({ strategy: 'gradual' });
  await killed;
  await rm(join(world.project.root, '.cf-deploy', 'locks'), { recursive: true, force: true });
  const shares = world.shares();
  const next = world.another({ runner: { name: 'here:2:2', isAlive: (name) => name === 'here:2:2' } });

  const resumed = await next.resume();

  expect(shares).toEqual({ blue: 70, green: 30 });
  expect(resumed.release).toMatchObject({ status: 'done', targets: { done: 1 } });
  expect(resumed.results).toMatchObject([{ status: 'deployed', gradual: { status: 'done' } }]);
  expect(resumed.results[0]?.steps.map(({ kind }) => kind)).toEqual(['shift', 'watch', 'promote']);
  expect(world.shares()).toEqual({ green: 100 });
});

test('a release whose target pauses is paused, and goes on inside that target', async () => {
  await begin({ perSecond: 1, traffic: { steps: [{ percent: 30, bakeSeconds: 60 }] } });

  const paused = await world.project.deployer.deployAll({ strategy: 'gradual' });
  const id = String(paused.releaseId);
  const rest = await world.project.deployer.resume({ id });

  expect(paused.release).toMatchObject({ status: 'paused', why: 'acme: its gradual deploy is paused' });
  expect(rest.release).toMatchObject({ status: 'done' });
  expect(world.shares()).toEqual({ green: 100 });
});
