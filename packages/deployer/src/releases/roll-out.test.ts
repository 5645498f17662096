import { HealthError } from '../errors.ts';
import type { WatchVerdict } from '../health/shift.ts';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Release, RolloutOptions, TargetOutcome, WaveOptions } from '../store/release.ts';
import { rollOut, type RollOutOptions } from './roll-out.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';

const DEPLOY = {
  force: false,
  verify: true,
  takeOver: false,
  takeOverSplit: false,
  strategy: null,
  verifyBefore: null,
  tag: null,
  full: false,
};
const WAVE: WaveOptions = { name: 'all', bakeMs: 0, gate: 'auto' };
const WELL: TargetOutcome = {
  status: 'deployed',
  endState: 'live',
  previousVersionId: 'v1',
  versionId: 'v2',
  record: null,
  verdict: 'healthy',
  error: null,
  calls: 2,
};
const SICK: TargetOutcome = { ...WELL, status: 'rolled-back', endState: 'rolled-back', verdict: 'unhealthy' };

function world(
  targets: Readonly<Record<string, number>>,
  rollout: Partial<RolloutOptions> = {},
  change: Partial<RollOutOptions> = {},
) {
  const store = openSqliteStore(join(mkdtempSync(join(tmpdir(), 'roll-out-')), 'releases.db'));
  let clock = 0;
  const waves = Array.from({ length: Math.max(...Object.values(targets)) + 1 }, () => WAVE);
  const release: Release = {
    id: 'r1',
    kind: 'deploy',
    environment: null,
    status: 'running',
    why: null,
    createdAt: 0,
    finishedAt: null,
    by: null,
    commit: null,
    message: null,
    root: '/p',
    of: null,
    runner: null,
    rollout: {
      parallel: 1,
      failureBudget: 0,
      onFailure: 'stop',
      metrics: 'off',
      waves,
      deploy: DEPLOY,
      ...rollout,
    },
  };
  store.create(
    release,
    Object.entries(targets).map(([tenant, wave]) => ({
      target: tenant,
      tenant,
      worker: null,
      wave,
      previousVersionId: null,
      versionId: null,
      endState: null,
      state: 'waiting' as const,
    })),
  );
  const deployed: string[] = [];
  const options: RollOutOptions = {
    store,
    runner: 'host:1',
    now: () => clock,
    sleep: async (ms) => void (clock += ms),
    deploy: async ({ tenant }) => {
      deployed.push(tenant);
      return tenant.startsWith('sick') ? SICK : WELL;
    },
    stillHealthy: async () => true,
    judgeErrors: async () => ({ kind: 'go-on', message: '' }),
    ...change,
  };
  const states = (): Record<string, string> =>
    Object.fromEntries(store.targets('r1').map(({ tenant, state }) => [tenant, state]));
  return { store, release, options, deployed, states, clock: () => clock };
}

test('waves go one after the other, targets in their order', async () => {
  const { release, options, deployed, states } = world({ c: 1, a: 0, b: 0 });
  expect(await rollOut(release, options)).toMatchObject({ status: 'done', why: null });
  expect(deployed).toEqual(['a', 'b', 'c']);
  expect(states()).toEqual({ a: 'done', b: 'done', c: 'done' });
});

test('a sick canary leaves every later target untouched', async () => {
  const { release, options, deployed, states } = world({ sick: 0, b: 1, c: 1 });
  expect(await rollOut(release, options)).toMatchObject({ status: 'failed', why: 'a target failed' });
  expect(deployed).toEqual(['sick']);
  expect(states()).toEqual({ sick: 'failed', b: 'waiting', c: 'waiting' });
});

test.each([
  [2, 'failed', 24],
  [5, 'done', 40],
])('of 40 targets of which 3 are sick a budget of %i ends %s', async (failureBudget, status, tried) => {
  const targets = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`${index % 10 === 3 && index < 30 ? 'sick' : 't'}${index}`, 0]),
  );
  const { release, options, deployed } = world(targets, { parallel: 4, failureBudget });
  expect(await rollOut(release, options)).toMatchObject({ status });
  expect(deployed.length).toBe(tried);
});

test('what is thrown is a failure that left the target untouched', async () => {
  const { release, options, store } = world(
    { a: 0 },
    {},
    { deploy: () => Promise.reject(new Error('no token')) },
  );
  expect(await rollOut(release, options)).toMatchObject({ status: 'failed' });
  expect(store.targets('r1')[0]).toMatchObject({ endState: 'untouched', error: { message: 'no token' } });
});

const UNPROVEN: TargetOutcome = {
  ...WELL,
  status: 'failed',
  verdict: 'inconclusive',
  error: { code: 'HEALTH_FAILED', message: 'a login answered' },
};

test.each(['inconclusive', 'old-version', 'spreading'] as const)(
  'a target that a configured check calls %s pauses the release, whatever is done when the budget is used up',
  async (verdict) => {
    const { release, options, states } = world(
      { a: 0, b: 0 },
      { onFailure: 'rollback-release' },
      { deploy: async () => ({ ...UNPROVEN, verdict }) },
    );
    expect(await rollOut(release, options)).toMatchObject({
      status: 'paused',
      why: 'a: whether it is healthy cannot be told',
    });
    expect(states()).toEqual({ a: 'failed', b: 'waiting' });
  },
);

test('a target whose health cannot be told is borne by the failure budget', async () => {
  const { release, options, states } = world(
    { a: 0, b: 0 },
    { failureBudget: 1 },
    { deploy: async ({ target }) => (target === 'a' ? UNPROVEN : WELL) },
  );
  expect(await rollOut(release, options)).toMatchObject({ status: 'done' });
  expect(states()).toEqual({ a: 'failed', b: 'done' });
});

test('a sick target with nothing to go back to fails the release', async () => {
  const sick = { ...UNPROVEN, verdict: 'unhealthy' } as const;
  const { release, options } = world({ a: 0, b: 0 }, {}, { deploy: async () => sick });
  expect(await rollOut(release, options)).toMatchObject({ status: 'failed' });
});

test('where nobody configured a check, not knowing is no failure: the release goes on', async () => {
  const accepted = { ...WELL, verdict: 'inconclusive' } as const;
  const { release, options, states } = world({ a: 0, b: 0 }, {}, { deploy: async () => accepted });
  expect(await rollOut(release, options)).toMatchObject({ status: 'done' });
  expect(states()).toEqual({ a: 'done', b: 'done' });
});

test('a wave that turns sick while it bakes stops the release', async () => {
  const waves = [{ ...WAVE, bakeMs: 60_000 }, WAVE];
  const { release, options, states, clock } = world(
    { a: 0, b: 1 },
    { waves },
    { stillHealthy: async () => false },
  );
  expect(await rollOut(release, options)).toMatchObject({ status: 'failed' });
  expect([states(), clock()]).toEqual([{ a: 'failed', b: 'waiting' }, 60_000]);
});

test('a manual gate pauses, and going on does only what is left', async () => {
  const waves: readonly WaveOptions[] = [{ ...WAVE, gate: 'manual' }, WAVE];
  const { release, options, deployed, store } = world({ a: 0, b: 1 }, { waves });
  expect(await rollOut(release, options)).toMatchObject({ status: 'paused' });
  store.setStatus('r1', { from: ['paused'], to: 'running', why: null, now: 0 });
  expect(await rollOut(release, options)).toMatchObject({ status: 'done' });
  expect(deployed).toEqual(['a', 'b']);
});

test('a release that somebody aborts meanwhile starts no further target', async () => {
  const { release, options, store, states } = world({ a: 0, b: 0, c: 0 });
  const aborting: RollOutOptions = {
    ...options,
    deploy: async () => {
      store.setStatus('r1', { from: ['running'], to: 'aborted', why: 'ada', now: 0 });
      return WELL;
    },
  };
  expect(await rollOut(release, aborting)).toMatchObject({ status: 'aborted', why: 'ada' });
  expect(states()).toEqual({ a: 'done', b: 'waiting', c: 'waiting' });
});

test('two runs of one release deploy every target exactly once', async () => {
  const targets = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`t${index}`, 0]));
  const { release, options, deployed } = world(targets, { parallel: 3, failureBudget: 3 });
  await Promise.all([rollOut(release, options), rollOut(release, { ...options, runner: 'host:2' })]);
  expect(deployed.toSorted()).toEqual(Object.keys(targets).toSorted());
});

test('a target begins only when those it needs are through', async () => {
  const running = new Set<string>();
  const overlapped: string[] = [];
  const targets = { auth: 0, shop: 0, blog: 0 };
  const { release, options } = world(targets, { parallel: 3 });
  await rollOut(release, {
    ...options,
    needs: (target) => (target === 'shop' ? ['auth'] : []),
    deploy: async ({ target }) => {
      running.add(target);
      await Promise.resolve();
      if (target === 'shop' && running.has('auth')) overlapped.push(target);
      running.delete(target);
      return WELL;
    },
  });
  expect(overlapped).toEqual([]);
});

test.each([
  ['take-back', 'failed', { a: 'failed', b: 'failed', c: 'waiting' }],
  ['pause', 'paused', { a: 'done', b: 'done', c: 'waiting' }],
  ['go-on', 'done', { a: 'done', b: 'done', c: 'done' }],
] as const)('errors of a baked wave that come to %s leave the release %s', async (kind, status, wanted) => {
  const error = new HealthError('METRICS_WORSE', 'It fails more often.');
  const verdict = { kind, error, why: 'nobody knows', message: '' } as WatchVerdict;
  const { release, options, states } = world(
    { a: 0, b: 0, c: 1 },
    { metrics: 'required', waves: [{ ...WAVE, bakeMs: 60_000 }, WAVE] },
    { judgeErrors: async () => verdict },
  );
  expect(await rollOut(release, options)).toMatchObject({ status });
  expect(states()).toEqual(wanted);
});

test('a target whose gradual deploy is paused waits, and pauses the release', async () => {
  const { release, options, states } = world(
    { a: 0, b: 0 },
    {},
    { deploy: async () => ({ ...WELL, status: 'paused', endState: 'live-partly' }) },
  );
  expect(await rollOut(release, options)).toMatchObject({
    status: 'paused',
    why: 'a: its gradual deploy is paused',
  });
  expect(states()).toEqual({ a: 'waiting', b: 'waiting' });
});
