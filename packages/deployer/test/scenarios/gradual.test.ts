import { afterEach, expect, test } from 'vitest';
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

test.each([
  ['pause', 'paused', { blue: 70, green: 30 }, null],
  ['abort', 'rolled-back', { blue: 100 }, 'GRADUAL_ABORTED'],
] as const)('%s stops the run of another process within seconds', async (wish, status, shares, code) => {
  await begin();
  let said: Promise<unknown> = Promise.resolve();
  world.after(60, () => {
    const patient = world.another({ sleep: () => new Promise(setImmediate) });
    said = patient[wish](target);
  });

  const result = await world.project.deployer.deploy(GRADUAL);
  await said.catch(() => undefined);

  expect(result).toMatchObject({ status });
  expect(result.error?.code ?? null).toBe(code);
  expect(world.shares()).toEqual(shares);
  expect(world.elapsed()).toBeLessThan(90);
});

test('errors that cannot be read are unknown, never well: the deploy pauses and names the permission', async () => {
  await begin({
    emulator: { tokens: [{ value: 'local-emulator-token', permissions: ['Workers Scripts Write'] }] },
  });

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
