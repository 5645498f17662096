import type { DeployOptions } from '../commands/deploy.ts';
import { createScope, type CommandScope, type World } from '../session/world.ts';
import type { Release } from '../store/release.ts';
import type { ReleaseStore } from '../store/release-store.ts';
import { beginRelease, orderMembers, type ReleaseRequest } from './begin.ts';
import { worldOfMany } from './world-of-many.ts';
import { findMembers } from './selection/find-members.ts';
import type { FleetMember } from './selection/fleet-target.ts';
import { refuseFrozen } from './freeze.ts';
import { goThrough } from './go-through.ts';
import { withStore } from '../session/open-store.ts';
import { type ReleaseRun, nothingToRelease, releaseRun } from './release-run.ts';
import { findRelease } from './release-summary.ts';
import { createSurvey, refuseInvalid } from './survey/survey.ts';
import { createSweep, NOT_SWEPT, type Sweep, type Swept } from './sweep/sweep.ts';
import { estimateLine, estimateOf } from './sweep/estimate.ts';
import { takeBackAfter } from './take-back.ts';

/**
 * Deploys many targets as one release: all are resolved and held against each other before the first write; then wave by
 * wave, one target at a time unless told otherwise, until the failure budget is used up.
 * @throws ConfigError for the selection or the project's files, DeployError FROZEN
 */
export async function deployAll(outside: World, request: ReleaseRequest): Promise<ReleaseRun> {
  const startedAt = outside.now();
  const { world, calls } = worldOfMany(outside);
  const scope = createScope(world);
  refuseFrozen(world, [request.env]);
  const survey = createSurvey(world, scope);
  const found = await findMembers(world, scope, request, { withFacts: true, look: survey.look });
  const { members, begun, circles } = orderMembers(found);
  if (members.length === 0) return nothingToRelease(world, request.env, startedAt);
  await refuseInvalid(survey, {
    env: request.env,
    own: members.flatMap(({ errors }) => errors),
    continueOnError: request.continueOnError ?? false,
  });
  for (const circle of circles) {
    const message = `Workers need each other (${circle}), not only their services; on a first deploy one of them has to go without.`;
    world.emit({ type: 'notice', tenant: null, message });
  }
  return withStore(world, async (store) => {
    const sweep = createSweep({ world, scope, store });
    const looksAtAll = request.force === true || request.full === true;
    const swept = looksAtAll ? NOT_SWEPT : await sweep.unchanged(members, request);
    const release = await beginRelease({ world, scope, store }, request, members, swept.unchanged);
    const { confirm } = request;
    return runRelease(release, {
      world,
      scope,
      store,
      members,
      begun,
      startedAt,
      calls,
      confirm,
      sweep,
      swept,
    });
  });
}

/** What a run of a release needs. */
export interface ReleaseRunning {
  readonly world: World;
  readonly scope: CommandScope;
  readonly store: ReleaseStore;
  readonly members: readonly FleetMember[];
  /** Those that begin a circle of service bindings. */
  readonly begun: ReadonlySet<FleetMember>;
  readonly startedAt: number;
  /** API calls of the run so far. */
  readonly calls: () => number;
  readonly confirm: DeployOptions['confirm'];
  readonly sweep: Sweep;
  readonly swept: Swept;
}

/** Goes through a release that this process has taken, takes back what its rule says, and tells all of it. */
export async function runRelease(release: Release, options: ReleaseRunning): Promise<ReleaseRun> {
  const { world, store, startedAt, sweep } = options;
  const { unchanged, known } = options.swept;
  world.emit({ type: 'notice', tenant: null, message: `release: ${release.id}` });
  const estimate = estimateOf(options.members.length - unchanged.size, known);
  world.emit({ type: 'notice', tenant: null, message: estimateLine(estimate, unchanged.size) });
  const went = await goThrough(release, options);
  const takenBack = await takeBackAfter(went.release, options);
  await sweep.finish();
  const targets = store.targets(release.id);
  const looked = new Map([...unchanged, ...went.results]);
  return releaseRun(world, {
    release: findRelease(store, release.id),
    targets,
    // In the order of the release, whichever ended first.
    results: [...targets.flatMap(({ target }) => looked.get(target) ?? []), ...takenBack],
    startedAt,
    calls: options.calls(),
    budget: { ...estimate, skippedBySweep: unchanged.size },
  });
}
