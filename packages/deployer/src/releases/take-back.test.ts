import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { createRedactor } from '../security/redact.ts';
import type { DeployEvent } from '../session/events.ts';
import type { CommandScope, World } from '../session/world.ts';
import type { Release, ReleaseTarget, TargetOutcome } from '../store/release.ts';
import type { ReleaseStore } from '../store/release-store.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import { takeBack, takeBackAfter, type TakeBack, type TakeBackOptions } from './take-back.ts';

const NOW = Date.parse('2026-11-27T16:45:12.345Z');
let store: ReleaseStore;
let events: DeployEvent[];

beforeEach(() => {
  store = openSqliteStore(join(mkdtempSync(join(tmpdir(), 'take-back-')), 'releases.db'));
  events = [];
});

/** Nothing can be sent from here: what was a first deploy is refused before anything is opened. */
const options = (commit: { readonly sha: string; readonly dirty: boolean } | null = null): TakeBack => ({
  world: {
    now: () => NOW,
    sleep: () => Promise.reject(new Error('nothing waits')),
    env: { GITHUB_ACTOR: 'ann' },
    runner: { name: 'me' },
    redactor: createRedactor(),
    emit: (event: DeployEvent) => void events.push(event),
  } as unknown as World,
  scope: { commit: async () => commit } as unknown as CommandScope,
  store,
});

const RELEASE: Release = {
  id: 'r1',
  kind: 'deploy',
  environment: 'staging',
  status: 'failed',
  why: null,
  createdAt: 1,
  finishedAt: null,
  by: null,
  commit: null,
  message: 'm',
  root: '/p',
  of: null,
  runner: null,
  rollout: {
    parallel: 3,
    failureBudget: 0,
    onFailure: 'rollback-release',
    metrics: 'required',
    waves: [
      { name: 'canary', bakeMs: 9, gate: 'manual' },
      { name: 'rest', bakeMs: 9, gate: 'auto' },
    ],
    deploy: {
      force: true,
      verify: false,
      takeOver: true,
      takeOverSplit: false,
      strategy: null,
      verifyBefore: null,
      tag: 't',
      full: true,
      dispatchNamespace: 'n',
    },
  },
};
const WENT_LIVE: TargetOutcome = {
  status: 'deployed',
  endState: 'live',
  previousVersionId: null,
  versionId: 'v2',
  record: null,
  verdict: 'healthy',
  error: null,
  calls: 1,
};

/** A release of three targets in two waves, all of which went live for the first time, and one that waits. */
function released(fields: Partial<Release> = {}): Release {
  const release = { ...RELEASE, ...fields };
  const waves = { a: 0, b: 1, c: 1, late: 1 };
  store.create(
    release,
    Object.entries(waves).map(([target, wave]) => ({
      target,
      tenant: target,
      worker: null,
      wave,
      previousVersionId: null,
      versionId: null,
      endState: null,
      state: 'waiting',
    })),
  );
  for (const target of ['a', 'b', 'c']) {
    store.claim('r1', target, 'me', 0);
    store.settle('r1', target, { state: 'done', outcome: WENT_LIVE, now: 0 });
  }
  return release;
}

const chosen = (): readonly ReleaseTarget[] => store.targets('r1').filter(({ target }) => target !== 'late');
const back = (asked: Partial<TakeBackOptions> = {}, of: Release = released()) =>
  takeBack(of, chosen(), options(), { parallel: 2, ...asked });

describe('taking a release back is a release of its own', () => {
  test('the last wave first, each wave from its end, bearing all failures', async () => {
    const { release, results } = await back();
    expect(release).toEqual({
      id: expect.stringMatching(/^20261127-164512-[0-9a-f]{4}$/) as string,
      kind: 'rollback',
      environment: 'staging',
      status: 'done',
      why: '3 failed, within the budget',
      createdAt: NOW,
      finishedAt: NOW,
      by: 'ann',
      commit: null,
      message: null,
      root: '/p',
      of: 'r1',
      runner: expect.anything() as string,
      rollout: {
        parallel: 2,
        failureBudget: '100%',
        onFailure: 'stop',
        metrics: 'off',
        waves: [
          { name: 'rest', bakeMs: 0, gate: 'auto' },
          { name: 'canary', bakeMs: 0, gate: 'auto' },
        ],
        deploy: { ...RELEASE.rollout.deploy, force: false, verify: true },
      },
    });
    expect(store.release(release.id)?.runner).toBeNull();
    expect(store.targets(release.id).map(({ target, wave, state }) => [target, wave, state])).toEqual([
      ['c', 0, 'failed'],
      ['b', 0, 'failed'],
      ['a', 1, 'failed'],
    ]);
    expect(results.map(({ tenant, status }) => [tenant, status])).toEqual([
      ['c', 'failed'],
      ['b', 'failed'],
      ['a', 'failed'],
    ]);
    expect(store.release('r1')?.status).toBe('failed');
  });

  test('with what was asked of it', async () => {
    const of = released();
    const { release } = await takeBack(of, chosen(), options({ sha: 'abc', dirty: false }), {
      parallel: 1,
      force: true,
      verify: false,
      message: 'why',
    });
    expect(release).toMatchObject({
      commit: 'abc',
      message: 'why',
      rollout: { parallel: 1, deploy: { force: true, verify: false } },
    });
  });

  test('of no commit where the tree is dirty, with numbers for waves without a name', async () => {
    const of = released({ rollout: { ...RELEASE.rollout, waves: [] } });
    const { release } = await takeBack(of, chosen(), options({ sha: 'abc', dirty: true }), { parallel: 1 });
    expect([release.commit, release.rollout.waves.map(({ name }) => name)]).toEqual([
      null,
      ['wave 2', 'wave 1'],
    ]);
  });

  test('in which a first deploy has nothing to go back to', async () => {
    const { results } = await back({ parallel: 1 });
    expect(results[0]?.error).toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      message:
        'c ran nothing before the release that could be put back: it was its first deploy, or nothing was kept.',
      hint: 'Deploy a version that works, or delete the Worker.',
    });
    expect(events.slice(0, 2)).toEqual([
      { type: 'tenant-started', tenant: 'c', environment: 'staging' },
      { type: 'tenant-finished', tenant: 'c', status: 'failed' },
    ]);
  });

  test.each(['running', 'paused', 'failed', 'done', 'aborted'] as const)(
    'that is over where nothing of it is left, however it stood: %s',
    async (status) => {
      const of = released({ status });
      for (const target of ['a', 'b', 'c'])
        store.settle('r1', target, { state: 'taken-back', outcome: null, now: 0 });
      const { release } = await takeBack(of, [], options(), { parallel: 1 });
      expect(store.release('r1')).toMatchObject({
        status: 'taken-back',
        why: `release ${release.id} took it back`,
      });
    },
  );
});

describe('when the budget of a release is used up', () => {
  const taken = async (fields: Partial<Release>): Promise<readonly string[]> =>
    (await takeBackAfter(released(fields), options())).map(({ tenant }) => tenant);
  const rule = (onFailure: Release['rollout']['onFailure']) => ({
    rollout: { ...RELEASE.rollout, onFailure },
  });

  test.each<[Release['rollout']['onFailure'], readonly string[]]>([
    ['stop', []],
    ['rollback-wave', ['c', 'b']],
    ['rollback-release', ['c', 'b', 'a']],
  ])('the rule %s takes back %j', async (onFailure, targets) => {
    expect(await taken(rule(onFailure))).toEqual(targets);
  });

  test('as many at once as it was deployed with', async () => {
    await taken(rule('rollback-wave'));
    expect(store.releases({ limit: 9 }).find(({ kind }) => kind === 'rollback')?.rollout.parallel).toBe(3);
  });

  test.each(['running', 'paused', 'done', 'aborted'] as const)('and only then: %s', async (status) => {
    expect(await taken({ status })).toEqual([]);
  });

  test('and only where something changed', async () => {
    const of = released();
    for (const target of ['a', 'b', 'c'])
      store.settle('r1', target, { state: 'taken-back', outcome: null, now: 0 });
    expect(await takeBackAfter(of, options())).toEqual([]);
    expect(store.releases({ limit: 9 })).toHaveLength(1);
  });
});
