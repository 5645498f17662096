import type { DeployOptions, ReleaseRun } from '../deployer-api.ts';
import { createRun, type Run, type World } from '../session/world.ts';
import type { Release } from '../store/release.ts';
import type { ReleaseStore } from '../store/release-store.ts';
import { beginRelease, orderMembers, type ReleaseRequest } from './begin.ts';
import { findMembers } from './find-members.ts';
import type { FleetMember } from './fleet-target.ts';
import { refuseFrozen } from './freeze.ts';
import { goThrough } from './go-through.ts';
import { withStore } from './open-store.ts';
import { nothingToRelease, releaseRun } from './release-run.ts';
import { refuseInvalid } from './survey.ts';
import { noSweep } from './sweep.ts';
import { takeBackAfter } from './take-back.ts';

/**
 * Deploys many targets as one release: all are resolved and held against each other before the first write; then wave by
 * wave, one target at a time unless told otherwise, until the failure budget is used up.
 * @throws ConfigError for the selection or the project's files, DeployError FROZEN
 */
export async function deployAll(world: World, request: ReleaseRequest): Promise<ReleaseRun> {
  const startedAt = world.now();
  const run = createRun(world);
  refuseFrozen(world, [request.env]);
  const found = await findMembers(world, run, request, { withFacts: true });
  const { members, circles } = orderMembers(found);
  if (members.length === 0) return nothingToRelease(world, request.env, startedAt);
  await refuseInvalid(world, run, {
    env: request.env,
    selected: members,
    continueOnError: request.continueOnError ?? false,
  });
  for (const circle of circles) {
    const message = `Workers need each other (${circle}); on a first deploy one of them has to go without.`;
    world.emit({ type: 'notice', tenant: null, message });
  }
  return withStore(world, async (store) => {
    const release = await beginRelease({ world, run, store }, request, members);
    return runRelease(release, { world, run, store, members, startedAt, confirm: request.confirm });
  });
}

/** Goes through a release that this process has taken, takes back what its rule says, and tells all of it. */
export async function runRelease(
  release: Release,
  options: {
    readonly world: World;
    readonly run: Run;
    readonly store: ReleaseStore;
    readonly members: readonly FleetMember[];
    readonly startedAt: number;
    readonly confirm: DeployOptions['confirm'];
  },
): Promise<ReleaseRun> {
  const { world, store, startedAt } = options;
  world.emit({ type: 'notice', tenant: null, message: `release: ${release.id}` });
  const went = await goThrough(release, { ...options, sweep: noSweep });
  const takenBack = await takeBackAfter(went.release, options);
  const ended = store.release(release.id) ?? went.release;
  return releaseRun(world, {
    release: ended,
    targets: store.targets(release.id),
    results: [...went.results, ...takenBack],
    startedAt,
  });
}
