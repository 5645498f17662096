import { HealthError } from '../errors.ts';
import type { WatchVerdict } from '../health/shift.ts';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RolloutOptions, TargetOutcome, WaveOptions } from '../store/release.ts';
import { rollOut, type RollOutOptions } from './roll-out.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import { makeRelease } from '../../test/support/release.ts';

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
  const release = makeRelease({ createdAt: 0 }, { waves, ...rollout });
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

/** What the store keeps of how a target ended. */
const kept = (store: ReturnType<typeof world>['store']) =>
  store.targets('r1').map(({ tenant, state, endState, versionId, previousVersionId, error, finishedAt }) => ({
    tenant,
    state,
    endState,
    versionId,
    previousVersionId,
    error,
    finishedAt,
  }));

test('what came of each target is kept whole', async () => {
  const { release, options, store } = world({ a: 0, sick: 0, b: 0 }, { failureBudget: 1 });
  expect(await rollOut(release, { ...options, now: () => 7 })).toEqual({
    ...release,
    status: 'done',
    why: '1 failed, within the budget',
    finishedAt: 7,
  });
  const well = { endState: 'live', versionId: 'v2', previousVersionId: 'v1', error: null, finishedAt: 7 };
  expect(kept(store)).toEqual([
    { tenant: 'a', state: 'done', ...well },
    { tenant: 'sick', state: 'failed', ...well, endState: 'rolled-back' },
    { tenant: 'b', state: 'done', ...well },
  ]);
});

test.each([
  [0, 1, 'a target failed'],
  [1, 2, '2 targets failed, and the failure budget is 1'],
  ['50%', 3, '3 targets failed, and the failure budget is 2'],
])(
  'a budget of %j that is used up ends the release with %i failures',
  async (failureBudget, failures, why) => {
    const targets = Object.fromEntries(Array.from({ length: 4 }, (_, index) => [`sick${index}`, 0]));
    const { release, options, deployed } = world(targets, { failureBudget });
    expect(await rollOut(release, options)).toMatchObject({ status: 'failed', why, finishedAt: 0 });
    expect(deployed).toHaveLength(failures);
  },
);

test.each(['failed', 'rolled-back'] as const)('one that is %s counts against the budget', async (status) => {
  const { release, options, states } = world({ a: 0 }, {}, { deploy: async () => ({ ...WELL, status }) });
  expect((await rollOut(release, options)).status).toBe('failed');
  expect(states()).toEqual({ a: 'failed' });
});

test('failures of earlier waves count too', async () => {
  const { release, options, deployed } = world({ sick1: 0, a: 0, sick2: 1, b: 1 }, { failureBudget: 1 });
  expect(await rollOut(release, options)).toMatchObject({ status: 'failed' });
  expect(deployed).toEqual(['sick1', 'a', 'sick2']);
});

test('what is thrown keeps its code, and says that nothing was touched', async () => {
  const error = new HealthError('HEALTH_FAILED', 'no');
  const { release, options, store } = world({ a: 0, b: 0 }, {}, { deploy: () => Promise.reject(error) });
  expect(await rollOut(release, options)).toMatchObject({
    status: 'paused',
    why: 'a: whether it is healthy cannot be told',
  });
  expect(kept(store)[0]).toEqual({
    tenant: 'a',
    state: 'failed',
    endState: 'untouched',
    versionId: null,
    previousVersionId: null,
    error: { code: 'HEALTH_FAILED', message: 'no' },
    finishedAt: 0,
  });
});

test('nothing runs beside a target that a failure left no room for', async () => {
  let running = 0;
  const highest: number[] = [];
  const targets = Object.fromEntries(
    Array.from({ length: 8 }, (_, index) => [index === 2 ? 'sick' : `t${index}`, 0]),
  );
  const { release, options } = world(targets, { parallel: 4, failureBudget: 2 });
  await rollOut(release, {
    ...options,
    async deploy(target) {
      running += 1;
      highest.push(running);
      for (let turn = 0; turn < 9; turn += 1) await Promise.resolve();
      running -= 1;
      return options.deploy(target);
    },
  });
  expect(highest).toEqual([1, 2, 3, 4, 1, 2, 1, 2]);
});

test('a wave bakes in short sleeps, is asked of those that are done, and one that turned sick fails', async () => {
  const asked: string[] = [];
  const sleeps: number[] = [];
  const { release, options, store, clock } = world(
    { a: 0, sick: 0, b: 0, c: 1 },
    { failureBudget: 2, waves: [{ ...WAVE, bakeMs: 5_000 }, WAVE] },
  );
  const ended = await rollOut(release, {
    ...options,
    sleep: (ms) => {
      sleeps.push(ms);
      return options.sleep(ms);
    },
    stillHealthy: async ({ target }) => {
      asked.push(`${target} at ${clock()}`);
      return target !== 'b';
    },
  });
  expect(ended).toMatchObject({ status: 'done', why: '2 failed, within the budget' });
  expect(sleeps).toEqual([2_000, 2_000, 1_000]);
  expect(asked).toEqual(['a at 5000', 'b at 5000']);
  expect(kept(store)[2]).toMatchObject({
    tenant: 'b',
    state: 'failed',
    endState: 'live',
    error: { code: 'HEALTH_FAILED', message: 'It turned sick while its wave was watched.' },
    finishedAt: 5_000,
  });
});

test.each([
  [0, 'a target failed'],
  ['1', '2 targets failed, and the failure budget is 1'],
])('a wave that turns sick beyond the budget %j fails the release', async (failureBudget, why) => {
  const { release, options } = world(
    { a: 0, b: 0, c: 1 },
    { failureBudget, waves: [{ ...WAVE, bakeMs: 1 }, WAVE] },
    { stillHealthy: async ({ target }) => failureBudget === 0 && target === 'a' },
  );
  expect(await rollOut(release, options)).toMatchObject({ status: 'failed', why });
});

test('a wave that was through before is not baked again, and the last one has no gate', async () => {
  const waves: readonly WaveOptions[] = [
    { ...WAVE, bakeMs: 9, gate: 'manual' },
    { ...WAVE, gate: 'manual' },
  ];
  const { release, options, store, clock } = world({ a: 0, b: 1 }, { waves });
  store.claim('r1', 'a', 'other', 0);
  store.settle('r1', 'a', { state: 'done', outcome: WELL, now: 0 });
  expect(await rollOut(release, options)).toMatchObject({ status: 'done', why: null });
  expect(clock()).toBe(0);
});

test('a gate says which wave it stands after', async () => {
  const waves: readonly WaveOptions[] = [{ ...WAVE, name: 'canary', gate: 'manual' }, WAVE];
  const { release, options } = world({ a: 0, b: 1 }, { waves });
  expect(await rollOut(release, options)).toMatchObject({
    status: 'paused',
    why: 'canary is done; the gate after it is manual',
    finishedAt: null,
  });
});

test('a release of which somebody else has a target under way is left to them', async () => {
  const { release, options, store, states } = world({ a: 0, b: 0 });
  store.claim('r1', 'a', 'other', 0);
  expect(await rollOut(release, options)).toMatchObject({ status: 'running', why: null });
  expect(states()).toEqual({ a: 'running', b: 'done' });
});

test('a signal pauses it, before a target and while a wave is baked', async () => {
  const before = world({ a: 0 }, {}, { signal: AbortSignal.abort() });
  const stopped = { status: 'paused', why: 'it was stopped by a signal' };
  expect(await rollOut(before.release, before.options)).toMatchObject(stopped);
  expect(before.deployed).toEqual([]);
  const stop = new AbortController();
  const baking = world(
    { a: 0, b: 1 },
    { waves: [{ ...WAVE, bakeMs: 9_000 }, WAVE] },
    { signal: stop.signal },
  );
  const sleep: RollOutOptions['sleep'] = async (ms) => {
    await baking.options.sleep(ms);
    stop.abort();
  };
  expect(await rollOut(baking.release, { ...baking.options, sleep })).toMatchObject(stopped);
  expect([baking.clock(), baking.deployed]).toEqual([2_000, ['a']]);
});

/** The errors of a wave are judged to be this; gives what judging them was asked. */
async function judgedAs(verdict: WatchVerdict, rollout: Partial<RolloutOptions> = {}) {
  const asked: unknown[] = [];
  const made = world(
    { a: 0, b: 1 },
    {
      metrics: 'required',
      waves: [
        { ...WAVE, bakeMs: 4_000 },
        { ...WAVE, bakeMs: 4_000 },
      ],
      ...rollout,
    },
  );
  const ended = await rollOut(made.release, {
    ...made.options,
    judgeErrors: async (release, wave, { bakeMs, isStopped }) => {
      asked.push([release.id, wave, bakeMs, isStopped()]);
      return verdict;
    },
  });
  return { ...made, ended, asked };
}

test('errors are judged of every baked wave that others wait behind, and only where that is wanted', async () => {
  const goOn: WatchVerdict = { kind: 'go-on', message: '' };
  const judged = await judgedAs(goOn);
  expect([judged.asked, judged.ended.status, judged.clock()]).toEqual([
    [['r1', 0, 4_000, false]],
    'done',
    8_000,
  ]);
  expect((await judgedAs(goOn, { metrics: 'off' })).asked).toEqual([]);
  expect((await judgedAs(goOn, { waves: [WAVE, WAVE] })).asked).toEqual([]);
});

test('a wave that is worse fails whole, and one that cannot be told pauses, without any further waiting', async () => {
  const error = new HealthError('METRICS_WORSE', 'It fails more often.');
  const worse = await judgedAs({ kind: 'take-back', error });
  expect(worse.ended).toMatchObject({ status: 'failed', why: 'It fails more often.' });
  expect([worse.deployed, worse.clock()]).toEqual([['a'], 0]);
  expect(kept(worse.store)[0]).toMatchObject({
    state: 'failed',
    endState: 'live',
    error: { code: 'METRICS_WORSE', message: 'It fails more often.' },
  });
  const unclear = await judgedAs({ kind: 'pause', why: 'nobody knows' });
  expect(unclear.ended).toMatchObject({ status: 'paused', why: 'nobody knows' });
  expect([unclear.deployed, unclear.clock(), unclear.states()]).toEqual([
    ['a'],
    0,
    { a: 'done', b: 'waiting' },
  ]);
});

test('who stopped the release while its errors were judged has the last word', async () => {
  const made = world({ a: 0, b: 1 }, { metrics: 'required', waves: [{ ...WAVE, bakeMs: 4_000 }, WAVE] });
  const ended = await rollOut(made.release, {
    ...made.options,
    judgeErrors: async (_release, _wave, { isStopped }) => {
      made.store.setStatus('r1', { from: ['running'], to: 'aborted', why: 'ada', now: 0 });
      return { kind: 'pause', why: `stopped: ${isStopped()}` };
    },
  });
  expect(ended).toMatchObject({ status: 'aborted', why: 'ada' });
});

test.each(['off', 'required'] as const)(
  'of one that nobody knows how it ended nothing is claimed when its wave is bad; metrics %s',
  async (metrics) => {
    const error = new HealthError('METRICS_WORSE', 'It fails more often.');
    const { release, options, store } = world(
      { a: 0, b: 0, c: 1 },
      { metrics, waves: [{ ...WAVE, bakeMs: 1 }, WAVE] },
      { stillHealthy: async () => false, judgeErrors: async () => ({ kind: 'take-back', error }) },
    );
    store.claim('r1', 'a', 'other', 0);
    store.settle('r1', 'a', { state: 'done', outcome: null, now: 0 });
    await rollOut(release, options);
    expect(kept(store).map(({ tenant, state, endState }) => [tenant, state, endState])).toEqual([
      ['a', 'failed', 'unknown'],
      ['b', 'failed', 'live'],
      ['c', 'waiting', null],
    ]);
  },
);
