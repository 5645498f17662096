import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DeployResult } from '../apply/result.ts';
import { deployCommand } from '../commands/deploy.ts';
import { DeployError } from '../errors.ts';
import type { CommandScope, World } from '../session/world.ts';
import type { Release, ReleaseTarget, TargetState } from '../store/release.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import { beginRelease, needsAmong, orderMembers, releaseId, type ReleaseRequest } from './begin.ts';
import { isChanged, outcomeOf } from './outcome.ts';
import { releaseCommand, releaseRun, type ReleaseRun } from './release-run.ts';
import { findRelease, releaseResult, releaseSummary } from './release-summary.ts';
import type { FleetMember, MemberFacts } from './selection/fleet-target.ts';
import { makeRelease, USUAL_DEPLOY } from '../../test/support/release.ts';

const NOW = Date.parse('2026-11-27T16:45:12.345Z');
const alive = (): boolean => true;

const member = (tenant: string, facts: Partial<MemberFacts> | null = {}): FleetMember => ({
  target: tenant,
  tenant,
  worker: null,
  errors: [],
  facts:
    facts === null ? null : { labels: {}, shape: 'same', script: tenant, isBound: true, needs: [], ...facts },
});

const needed = (script: string) => ({ script, soft: false });

/** A deploy that did what it should; `fields` replace. */
const result = (fields: Partial<DeployResult> = {}): DeployResult => ({
  ...deployCommand.failed({
    tenant: 'acme',
    worker: null,
    environment: null,
    error: new DeployError('INTERNAL', 'no').toJSON(),
  }),
  status: 'deployed',
  endState: 'live',
  error: null,
  ...fields,
});

const target = (state: TargetState, fields: Partial<ReleaseTarget> = {}): ReleaseTarget => ({
  target: 'acme',
  tenant: 'acme',
  worker: null,
  wave: 0,
  state,
  runner: null,
  startedAt: null,
  finishedAt: null,
  endState: 'live',
  previousVersionId: 'v1',
  versionId: 'v2',
  record: null,
  error: null,
  ...fields,
});

const RELEASE = makeRelease(
  { environment: 'staging', status: 'done', createdAt: NOW, by: 'ann', commit: 'c', message: 'm' },
  {
    waves: [
      { name: 'first', bakeMs: 0, gate: 'manual' },
      { name: 'rest', bakeMs: 0, gate: 'auto' },
    ],
  },
);

describe('targets are ordered', () => {
  test('each after those it needs, as far as they are there', () => {
    const { members, circles } = orderMembers([
      member('a', { needs: [needed('b'), needed('elsewhere')] }),
      member('broken', null),
      member('b'),
    ]);
    expect(members.map(({ target: name }) => name)).toEqual(['b', 'a', 'broken']);
    expect(circles).toEqual([]);
  });

  test('and circles are named, closed', () => {
    const { circles } = orderMembers([
      member('a', { needs: [needed('b')] }),
      member('b', { needs: [needed('a')] }),
    ]);
    expect(circles).toEqual(['a → b → a']);
  });
});

describe('a new release', () => {
  async function begin(
    request: ReleaseRequest,
    given: {
      readonly members?: readonly FleetMember[];
      readonly rollout?: object;
      readonly commit?: { readonly sha: string; readonly dirty: boolean } | null;
      readonly unchanged?: ReadonlyMap<string, DeployResult>;
    } = {},
  ) {
    const root = mkdtempSync(join(tmpdir(), 'begin-'));
    const store = openSqliteStore(join(root, 'releases.db'));
    const world = { rootDir: root, now: () => NOW, env: {}, runner: { name: 'host:1' } } as unknown as World;
    const scope = {
      commit: async () => given.commit ?? null,
      project: async () => ({ rules: { rollout: given.rollout } }),
    } as unknown as CommandScope;
    const members = given.members ?? [member('a'), member('b'), member('c')];
    const release = await beginRelease(
      { world, scope, store },
      request,
      members,
      given.unchanged ?? new Map(),
    );
    const targets = store.targets(release.id);
    return { release, targets, waves: Object.fromEntries(targets.map((each) => [each.target, each.wave])) };
  }

  test('has the defaults where nobody said anything, and is kept as it is given', async () => {
    const { release, targets } = await begin({});
    expect(release).toMatchObject({
      kind: 'deploy',
      environment: null,
      status: 'running',
      createdAt: NOW,
      finishedAt: null,
      commit: null,
      message: null,
      of: null,
      runner: 'host:1',
      rollout: {
        parallel: 1,
        failureBudget: 0,
        onFailure: 'stop',
        waves: [{ name: expect.any(String) as string, bakeMs: 0, gate: 'auto' }],
        deploy: USUAL_DEPLOY,
      },
    });
    expect(release.id).toMatch(/^20261127-164512-[0-9a-f]{4}$/);
    expect(targets.map(({ target: name, state }) => [name, state])).toEqual([
      ['a', 'waiting'],
      ['b', 'waiting'],
      ['c', 'waiting'],
    ]);
  });

  test('has what the caller said, over what the project says', async () => {
    const { release } = await begin(
      {
        env: 'staging',
        message: 'hello',
        parallel: 3,
        force: true,
        verify: false,
        takeOver: true,
        tag: 't',
        full: true,
      },
      {
        rollout: { parallel: 9, failureBudget: '50%', onFailure: 'rollback-wave' },
        commit: { sha: 'abc', dirty: false },
      },
    );
    expect(release).toMatchObject({
      environment: 'staging',
      commit: 'abc',
      message: 'hello',
      rollout: {
        parallel: 3,
        failureBudget: '50%',
        onFailure: 'rollback-wave',
        deploy: { force: true, verify: false, takeOver: true, tag: 't', full: true },
      },
    });
  });

  test('has the project’s word where the caller’s is undefined', async () => {
    const { release } = await begin({ parallel: undefined }, { rollout: { parallel: 9 } });
    expect(release.rollout.parallel).toBe(9);
  });

  test('does not name the commit of a dirty tree, nor an empty environment', async () => {
    const { release } = await begin({ env: '' }, { commit: { sha: 'abc', dirty: true } });
    expect([release.environment, release.commit]).toEqual([null, null]);
  });

  test('that goes on after every error bears all of them, but not a budget of its own too', async () => {
    expect((await begin({ continueOnError: true })).release.rollout.failureBudget).toBe('100%');
    expect((await begin({ continueOnError: false, failureBudget: 2 })).release.rollout.failureBudget).toBe(2);
    await expect(begin({ continueOnError: true, failureBudget: 2 })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(begin({ failureBudget: 'many' })).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('has what is unchanged done as it enters, on the version it has', async () => {
    const unchanged = new Map([['b', result({ status: 'unchanged', versionId: 'v7' })]]);
    const { targets } = await begin({}, { unchanged });
    expect(
      targets.map(({ state, versionId, previousVersionId, endState }) => [
        state,
        versionId,
        previousVersionId,
        endState,
      ]),
    ).toEqual([
      ['waiting', null, null, null],
      ['done', 'v7', 'v7', 'live'],
      ['waiting', null, null, null],
    ]);
  });

  test('has a canary of each shape first; one whose files cannot be read is a shape of its own', async () => {
    const members = [member('a'), member('b'), member('c', { shape: 'other' }), member('d', null)];
    expect((await begin({ canary: 'auto' }, { members })).waves).toEqual({ a: 0, c: 0, d: 0, b: 1 });
  });

  test('has the waves of the labels', async () => {
    const members = [member('a', { labels: { tier: 'paid' } }), member('b', { labels: { tier: 'free' } })];
    const { waves } = await begin({ waves: [{ label: 'tier=free' }] }, { members });
    expect(waves).toEqual({ b: 0, a: 1 });
  });

  test('takes what a target needs along into its wave, however far', async () => {
    const members = [
      member('base'),
      member('middle', { needs: [needed('base')] }),
      member('top', { needs: [needed('middle')], labels: { tier: 'free' } }),
      member('other'),
    ];
    const { waves } = await begin({ waves: [{ label: 'tier=free' }] }, { members });
    expect(waves).toEqual({ base: 0, middle: 0, top: 0, other: 1 });
  });

  test('is named so that names sort by time', () => {
    expect(releaseId(NOW) < releaseId(NOW + 1000)).toBe(true);
  });
});

describe('what a release keeps of a target', () => {
  test('is its result in short', () => {
    const error = new DeployError('HEALTH_FAILED', 'sick').toJSON();
    const health = { ...result().health, verdict: 'unhealthy' as const };
    expect(
      outcomeOf(result({ status: 'failed', error, health, versionId: 'v2', record: 'r', calls: 3 })),
    ).toEqual({
      status: 'failed',
      endState: 'live',
      previousVersionId: null,
      versionId: 'v2',
      record: 'r',
      verdict: 'unhealthy',
      error: { code: 'HEALTH_FAILED', message: 'sick' },
      calls: 3,
    });
  });

  test('with nothing to do and not well is a failure; with nothing to do and well is not', () => {
    const error = new DeployError('HEALTH_FAILED', 'sick').toJSON();
    expect(outcomeOf(result({ status: 'unchanged', error })).status).toBe('failed');
    expect(outcomeOf(result({ status: 'unchanged' }))).toMatchObject({ status: 'unchanged', error: null });
    expect(outcomeOf(result({ status: 'rolled-back', error })).status).toBe('rolled-back');
  });

  test.each<[boolean, TargetState, Partial<ReleaseTarget>]>([
    [true, 'done', {}],
    [true, 'failed', {}],
    [true, 'done', { endState: 'live-partly' }],
    [true, 'failed', { endState: 'unknown' }],
    [true, 'done', { previousVersionId: null }],
    [false, 'done', { endState: 'untouched' }],
    [false, 'failed', { endState: 'uploaded' }],
    [false, 'failed', { endState: 'rolled-back' }],
    [false, 'done', { endState: null }],
    [false, 'done', { versionId: null }],
    [false, 'done', { versionId: 'v1' }],
    [false, 'waiting', {}],
    [false, 'running', {}],
    [false, 'taken-back', {}],
  ])('is changed: %s, for %s with %j', (changed, state, fields) => {
    expect(isChanged(target(state, fields))).toBe(changed);
  });
});

describe('a release in short', () => {
  test('says what it is, with times in words and targets by state', () => {
    const targets = [target('done'), target('done'), target('failed', { wave: 1 })];
    expect(releaseSummary({ ...RELEASE, finishedAt: NOW }, targets, alive)).toEqual({
      id: 'r1',
      kind: 'deploy',
      environment: 'staging',
      status: 'done',
      why: null,
      createdAt: '2026-11-27T16:45:12.345Z',
      finishedAt: '2026-11-27T16:45:12.345Z',
      by: 'ann',
      commit: 'c',
      message: 'm',
      of: null,
      targets: { done: 2, failed: 1 },
      atGate: false,
    });
    expect(releaseSummary(RELEASE, [], alive).finishedAt).toBeNull();
    expect(releaseResult(RELEASE, targets, alive)).toMatchObject({
      id: 'r1',
      rollout: RELEASE.rollout,
      members: targets,
    });
  });

  test.each<[boolean, string, Partial<Release>, readonly ReleaseTarget[]]>([
    [
      true,
      'a wave that is through, with a manual gate',
      {},
      [target('done'), target('waiting', { wave: 1 })],
    ],
    [true, 'a wave of which some failed', {}, [target('failed'), target('waiting', { wave: 1 })]],
    [false, 'a wave under way', {}, [target('running'), target('waiting', { wave: 1 })]],
    [false, 'a wave of which one waits', {}, [target('done'), target('waiting')]],
    [false, 'a wave without a gate', {}, [target('done'), target('done', { wave: 1 })]],
    [false, 'a release that nobody paused', { status: 'running' }, [target('done')]],
    [false, 'a release of which nothing was begun', {}, [target('waiting')]],
    [false, 'a release without targets', {}, []],
  ])('waits at a gate: %s, for %s', (atGate, _name, fields, targets) => {
    expect(releaseSummary({ ...RELEASE, status: 'paused', ...fields }, targets, alive).atGate).toBe(atGate);
  });

  test.each([
    ['interrupted', 'the process that went through it is gone', 'running', 'host:1', false],
    ['running', null, 'running', 'host:1', true],
    ['running', null, 'running', null, false],
    ['paused', null, 'paused', 'host:1', false],
  ] as const)('is called %s, because of %s, for %s by %s', (status, why, was, runner, lives) => {
    expect(releaseSummary({ ...RELEASE, status: was, runner }, [], () => lives)).toMatchObject({
      status,
      why,
    });
  });

  test('one that nobody knows is an error that tells where to look', () => {
    const store = openSqliteStore(join(mkdtempSync(join(tmpdir(), 'find-')), 'releases.db'));
    expect(() => findRelease(store, 'x'.repeat(99))).toThrow(
      expect.objectContaining({ code: 'RELEASE_UNKNOWN' }) as Error,
    );
    store.create(RELEASE, []);
    expect(findRelease(store, 'r1').id).toBe('r1');
  });
});

describe('what a run of a release came to', () => {
  const written: object[] = [];
  const world = (fails = false) =>
    ({
      now: () => NOW,
      runner: { name: 'host:1', isAlive: alive },
      records: {
        createFleet: async (_environment: string | null, content: object) => {
          if (fails) throw new Error('disk full');
          written.push(content);
          return 'deployments/all.json';
        },
      },
    }) as unknown as World;
  const run = (fails = false, notLookedAt: readonly string[] = []) =>
    releaseRun(world(fails), {
      release: RELEASE,
      targets: [target('done'), target('waiting', { tenant: 'b' }), target('skipped', { tenant: 'c' })],
      results: [result({ record: 'r', versionId: 'v2', notLookedAt })],
      startedAt: NOW - 5000,
      calls: 9,
      budget: { estimatedCalls: 7, estimatedSeconds: 2, skippedBySweep: 0 },
    });

  test('counts what was not tried as skipped, and is written down', async () => {
    const done = await run();
    expect(done).toMatchObject({
      environment: 'staging',
      releaseId: 'r1',
      summary: { deployed: 1, skipped: 2 },
      calls: 9,
      durationMs: 5000,
      record: 'deployments/all.json',
      budget: { estimatedCalls: 7, calls: 9, notLookedAt: [] },
    });
    expect(written.at(-1)).toMatchObject({
      kind: 'deploy-all',
      releaseId: 'r1',
      startedAt: '2026-11-27T16:45:07.345Z',
      finishedAt: '2026-11-27T16:45:12.345Z',
      tenants: [
        { tenant: 'acme', status: 'deployed', endState: 'live', versionId: 'v2', record: 'r', error: null },
      ],
    });
  });

  test('names what no list shows where a target was told from lists', async () => {
    expect((await run(false, ['cron triggers'])).budget.notLookedAt).toContain('cron triggers');
  });

  test('is not lost with its record', async () => {
    expect(await run(true)).toMatchObject({
      record: null,
      recordError: 'the record of the run could not be written: disk full',
      summary: { deployed: 1 },
    });
  });

  const judged = (
    fields: Partial<ReleaseRun>,
    release: Partial<NonNullable<ReleaseRun['release']>> | null = {},
  ) =>
    releaseCommand.failure({
      results: [],
      release: release === null ? null : { ...releaseSummary(RELEASE, [], alive), ...release },
      ...fields,
    } as ReleaseRun);
  const failed = result({ status: 'failed', error: new DeployError('API_UNREACHABLE', 'x').toJSON() });
  test.each<[string, number | null, Partial<ReleaseRun>, Parameters<typeof judged>[1]]>([
    ['all done is none', null, {}, {}],
    ['nothing to release is none', null, {}, null],
    ['a gate is none', null, {}, { status: 'paused', atGate: true }],
    ['a pause elsewhere is one', 1, {}, { status: 'paused' }],
    ['a release that failed is one', 1, {}, { status: 'failed' }],
    ['a target that failed is one', 1, { results: [failed] }, {}],
    ['a record that could not be written is one', 1, { recordError: 'disk full' }, {}],
  ])('as a failure: %s', (_name, failure, fields, release) => {
    expect(judged(fields, release)).toBe(failure);
  });
});

describe('the options of a release', () => {
  const ROLLOUT_DEFAULTS = {
    parallel: 1,
    failureBudget: 0,
    onFailure: 'stop',
    metrics: 'off',
    waves: [{ name: 'all', bakeMs: 0, gate: 'auto' }],
    deploy: USUAL_DEPLOY,
  };
  const rolloutOf = async (request: ReleaseRequest, rules: object = {}) => {
    const root = mkdtempSync(join(tmpdir(), 'options-'));
    const store = openSqliteStore(join(root, 'releases.db'));
    const world = { rootDir: root, now: () => NOW, env: {}, runner: { name: 'host:1' } } as unknown as World;
    const scope = {
      commit: async () => null,
      project: async () => ({ rules: { rollout: rules } }),
    } as unknown as CommandScope;
    const members = [member('a'), member('b')];
    return (await beginRelease({ world, scope, store }, request, members, new Map())).rollout;
  };
  const canary = [
    { name: 'canary', bakeMs: 4_000, gate: 'auto' },
    { name: 'rest', bakeMs: 0, gate: 'auto' },
  ];

  test('are the defaults where nobody says anything', async () => {
    expect(await rolloutOf({})).toEqual(ROLLOUT_DEFAULTS);
  });

  test.each<[ReleaseRequest, object]>([
    [{ parallel: 2 }, { parallel: 2 }],
    [{ failureBudget: '5%' }, { failureBudget: '5%' }],
    [{ onFailure: 'rollback-release' }, { onFailure: 'rollback-release' }],
    [{ metrics: 'required' }, { metrics: 'required' }],
    [{ canary: 1, bakeSeconds: 4 }, { waves: canary }],
    [{ waves: [{ name: 'x', count: 9 }] }, { waves: [{ name: 'x', bakeMs: 0, gate: 'auto' }] }],
  ])('are those of the caller, or else of the project: %j', async (asked, expected) => {
    expect(await rolloutOf(asked)).toEqual({ ...ROLLOUT_DEFAULTS, ...expected });
    expect(await rolloutOf({}, asked)).toEqual({ ...ROLLOUT_DEFAULTS, ...expected });
  });

  test.each<[ReleaseRequest, object]>([
    [{ force: true }, { force: true }],
    [{ verify: false }, { verify: false }],
    [{ takeOver: true }, { takeOver: true }],
    [{ takeOverSplit: true }, { takeOverSplit: true }],
    [{ strategy: 'at-once' }, { strategy: 'at-once' }],
    [{ verifyBefore: 'never' as never }, { verifyBefore: 'never' }],
    [{ tag: 't' }, { tag: 't' }],
    [{ full: true }, { full: true }],
    [{ dispatchNamespace: 'n' }, { dispatchNamespace: 'n' }],
  ])('keep what was asked of each deploy: %j', async (asked, expected) => {
    expect(await rolloutOf(asked)).toEqual({
      ...ROLLOUT_DEFAULTS,
      deploy: { ...USUAL_DEPLOY, ...expected },
    });
  });
});

test('targets of several accounts take turns where several go at once', async () => {
  const order = async (parallel: number): Promise<readonly string[]> => {
    const root = mkdtempSync(join(tmpdir(), 'turns-'));
    const store = openSqliteStore(join(root, 'releases.db'));
    const world = { rootDir: root, now: () => NOW, env: {}, runner: { name: 'host:1' } } as unknown as World;
    const scope = {
      commit: async () => null,
      project: async () => ({ rules: {} }),
    } as unknown as CommandScope;
    const members = ['x a', 'x b', 'y c', 'y d'].map((script) => member(script.slice(2), { script }));
    const release = await beginRelease({ world, scope, store }, { parallel }, members, new Map());
    return store.targets(release.id).map(({ target: name }) => name);
  };
  expect([await order(1), await order(2)]).toEqual([
    ['a', 'b', 'c', 'd'],
    ['a', 'c', 'b', 'd'],
  ]);
});

test('needs are those of Workers that others can bind, in order of what is asked', () => {
  const found = needsAmong([
    member('a', { script: 's a' }),
    member('b', { script: 's b', isBound: false }),
    member('c', null),
  ]);
  const asking = member('d', {
    needs: [
      { script: 's b', soft: false },
      { script: 's a', soft: true },
    ],
  });
  expect(found(asking).map(({ item, soft }) => [item.target, soft])).toEqual([['a', true]]);
  expect(found(member('e', null))).toEqual([]);
});
