import { realpathSync } from 'node:fs';
import type { DeployOptions } from '../commands/deploy.ts';
import type { FleetOptions } from './for-many.ts';
import type { RollbackOptions } from '../commands/rollback.ts';
import { ConfigError } from '../errors.ts';
import { createScope, type World } from '../session/world.ts';
import type { Release, ReleaseStatus } from '../store/release.ts';
import type { ReleaseStore } from '../store/release-store.ts';
import { orderMembers } from './begin.ts';
import { worldOfMany } from './world-of-many.ts';
import { runRelease } from './deploy-release.ts';
import { findMembers } from './selection/find-members.ts';
import { refuseFrozen } from './freeze.ts';
import { placeOf } from './place-of.ts';
import { askStore, withStore } from '../session/open-store.ts';
import { isChanged, outcomeOf } from './outcome.ts';
import {
  type ReleaseResult,
  type ReleaseSummary,
  findRelease,
  releaseResult,
  releaseSummary,
} from './release-summary.ts';
import { type ReleaseRun, releaseRun } from './release-run.ts';
import { settleUnfinished } from './settle-unfinished.ts';
import { createSweep, NOT_SWEPT } from './sweep/sweep.ts';
import { takeBack } from './take-back.ts';
import { compact } from '../json.ts';

const MOST_LISTED = 20;
/** Where a release can be gone on with. */
const UNFINISHED: readonly ReleaseStatus[] = ['running', 'paused', 'failed'];

/** Releases known on this machine, newest first. */
export function listReleases(
  world: World,
  { env, limit }: { readonly env?: string; readonly limit?: number },
): readonly ReleaseSummary[] {
  const environment = env === '' ? null : env;
  return askStore(
    world,
    (store) =>
      store
        .releases({ ...compact({ environment }), limit: limit ?? MOST_LISTED })
        .map((release) => releaseSummary(release, store.targets(release.id), world.runner.isAlive)),
    [],
  );
}

/** One release and its targets. @throws ConfigError RELEASE_UNKNOWN */
export function showRelease(world: World, id: string): Promise<ReleaseResult> {
  return withStore(world, async (store) =>
    releaseResult(findRelease(store, id), store.targets(id), world.runner.isAlive),
  );
}

/** Stops a release: whoever runs it ends what is under way. @throws ConfigError RELEASE_UNKNOWN, USAGE */
export function stopRelease(world: World, id: string, to: 'paused' | 'aborted'): Promise<ReleaseSummary> {
  return withStore(world, async (store) => {
    const release = findRelease(store, id);
    const from: readonly ReleaseStatus[] = to === 'paused' ? ['running'] : UNFINISHED;
    const why = to === 'paused' ? 'somebody paused it' : 'somebody ended it';
    if (!store.setStatus(id, { from, to, why, now: world.now() })) {
      throw new ConfigError('USAGE', `Release ${id} is ${release.status}; it cannot be ${to}.`, {
        hint: `"cf-deploy release show ${id}" tells where it stands.`,
      });
    }
    if (to === 'aborted') store.move(id, 'waiting', 'skipped');
    return releaseSummary(findRelease(store, id), store.targets(id), world.runner.isAlive);
  });
}

/**
 * Does what is left of a release: targets that wait, failed, or were under way when their runner died. What those came
 * to is read from the account, so nothing that arrived is done twice.
 * @throws ConfigError RELEASE_UNKNOWN, RELEASE_ELSEWHERE; DeployError FROZEN
 */
export function resume(
  outside: World,
  options: { readonly id?: string; readonly env?: string } & Pick<DeployOptions, 'confirm'>,
): Promise<ReleaseRun> {
  const { world, calls } = worldOfMany(outside);
  const startedAt = world.now();
  return withStore(world, async (store) => {
    const release = unfinished(store, options);
    refuseElsewhere(world, release);
    if (release.kind === 'rollback') {
      throw new ConfigError('USAGE', `Release ${release.id} took another one back; it is not resumed.`, {
        hint: `Repeat cf-deploy rollback --release=${release.of ?? ''}: it does what is left.`,
      });
    }
    refuseFrozen(world, [release.environment]);
    // What failed, or was under way, is tried again, whatever the lists say.
    const untried = new Set(
      store.targets(release.id).flatMap(({ target, state }) => (state === 'waiting' ? [target] : [])),
    );
    takeOver(world, store, release);
    const scope = createScope(world);
    const targets = store.targets(release.id);
    const members = await findMembers(
      world,
      scope,
      { ...placeOf(release), only: [...new Set(targets.map(({ tenant }) => tenant))] },
      { withFacts: true },
    );
    const sweep = createSweep({ world, scope, store });
    const { force, full } = release.rollout.deploy;
    const waiting = members.filter(({ target }) => untried.has(target));
    const swept = force || full ? NOT_SWEPT : await sweep.unchanged(waiting, placeOf(release));
    for (const [target, result] of swept.unchanged) {
      if (!store.claim(release.id, target, world.runner.name, world.now())) continue;
      store.settle(release.id, target, { state: 'done', outcome: outcomeOf(result), now: world.now() });
    }
    return runRelease(findRelease(store, release.id), {
      world,
      scope,
      store,
      ...orderMembers(members),
      startedAt,
      calls,
      confirm: options.confirm,
      sweep,
      swept,
    });
  });
}

/**
 * Puts every target that a release changed back to what it ran before.
 * @throws ConfigError RELEASE_UNKNOWN, RELEASE_ELSEWHERE
 */
export function rollbackRelease(
  outside: World,
  {
    id,
    parallel,
    ...options
  }: { readonly id: string } & Pick<RollbackOptions, 'force' | 'message' | 'verify'> & FleetOptions,
): Promise<ReleaseRun> {
  const { world, calls } = worldOfMany(outside);
  const startedAt = world.now();
  return withStore(world, async (store) => {
    const of = findRelease(store, id);
    refuseElsewhere(world, of);
    // Nobody goes on with it meanwhile.
    store.setStatus(id, { from: UNFINISHED, to: 'aborted', why: 'it is taken back', now: world.now() });
    store.move(id, 'waiting', 'skipped');
    const scope = createScope(world);
    await settleUnfinished({ world, scope, store }, of);
    const chosen = store.targets(id).filter(isChanged);
    const { release, results } = await takeBack(
      of,
      chosen,
      { world, scope, store },
      { ...options, parallel: parallel ?? of.rollout.parallel },
    );
    return releaseRun(world, {
      release,
      targets: store.targets(release.id),
      results,
      startedAt,
      calls: calls(),
    });
  });
}

function unfinished(
  store: ReleaseStore,
  { id, env }: { readonly id?: string; readonly env?: string },
): Release {
  if (id !== undefined) {
    const release = findRelease(store, id);
    if (UNFINISHED.includes(release.status)) return release;
    throw new ConfigError('USAGE', `Release ${id} is ${release.status}: nothing is left of it.`, {
      hint: 'Begin a new one with cf-deploy deploy --all.',
    });
  }
  const environment = env === '' ? null : env;
  const found = store
    .releases({ ...compact({ environment }), limit: 100 })
    .find(({ status, kind }) => kind === 'deploy' && UNFINISHED.includes(status));
  if (found !== undefined) return found;
  throw new ConfigError('RELEASE_UNKNOWN', 'There is no unfinished release.', {
    hint: '"cf-deploy releases" lists those known on this machine.',
  });
}

/** @throws ConfigError RELEASE_ELSEWHERE when it was begun in another folder, or somebody is going through it */
function refuseElsewhere(world: World, { id, root, runner }: Release): void {
  const here = realpathSync(world.rootDir);
  if (root !== here) {
    throw new ConfigError('RELEASE_ELSEWHERE', `Release ${id} was begun in ${root}, and this is ${here}.`, {
      hint: 'Go on there: the files here may be others than those it was begun with.',
      details: { root, here },
    });
  }
  if (runner === null || !world.runner.isAlive(runner)) return;
  throw new ConfigError('RELEASE_ELSEWHERE', `Release ${id} is being run by process ${runner}.`, {
    hint: `Wait for it, or stop it with cf-deploy release pause ${id}.`,
    details: { runner },
  });
}

/** Takes the release and what its dead runner left under way. @throws ConfigError RELEASE_ELSEWHERE */
function takeOver(world: World, store: ReleaseStore, release: Release): void {
  const taken = store.take(release.id, {
    from: UNFINISHED,
    runner: world.runner.name,
    was: release.runner,
  });
  if (!taken) {
    throw new ConfigError('RELEASE_ELSEWHERE', `Somebody else just took release ${release.id}.`, {
      hint: `"cf-deploy release show ${release.id}" tells where it stands.`,
    });
  }
  for (const { target, state, runner } of store.targets(release.id)) {
    if (state === 'running' && runner !== null) store.unclaim(release.id, target, runner);
  }
  store.move(release.id, 'failed', 'waiting');
}
