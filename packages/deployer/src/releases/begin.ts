import { environmentNamed } from '../session/target.ts';
import type { RolloutRequest } from '../shapes/rollout-schema.ts';
import { randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import type { DeployOptions } from '../commands/deploy.ts';
import type { DeployResult } from '../apply/result.ts';
import type { FleetOptions } from './for-many.ts';
import type { Selection } from './selection/selection.ts';
import { ConfigError } from '../errors.ts';
import { whoRuns } from '../session/who-runs.ts';
import type { CommandScope, World } from '../session/world.ts';
import type { Release, RolloutOptions } from '../store/release.ts';
import type { ReleaseStore } from '../store/release-store.ts';
import { allowedFailures } from './failure-budget.ts';
import type { FleetMember } from './selection/fleet-target.ts';
import { byTurns, type Need, orderByNeeds } from './selection/order.ts';
import { divide } from './selection/waves.ts';

/** How a release goes through its targets; what is left out is as `rollout` of the project says, else the default. */
export type ReleaseOptions = RolloutRequest & {
  /** Reads every target one by one, whatever the account's lists say. @default false */
  readonly full?: boolean;
};

/** Everything that may be asked of a release. */
export type ReleaseRequest = Selection & DeployOptions & FleetOptions & ReleaseOptions;

/** Targets in the order in which they can be deployed, and the circles that no order satisfies. */
export interface OrderedMembers {
  readonly members: readonly FleetMember[];
  /** Of circles of services: whose first upload goes before those that need them. */
  readonly begun: ReadonlySet<FleetMember>;
  /** `a → b → a`. */
  readonly circles: readonly string[];
}

/** Puts each target after those whose Workers it needs. Pure. */
export function orderMembers(members: readonly FleetMember[]): OrderedMembers {
  const { order, begun, circles } = orderByNeeds(members, needsAmong(members));
  return {
    members: order,
    begun,
    circles: circles.map((circle) => [...circle, circle[0]].map((each) => each?.target ?? '').join(' → ')),
  };
}

/** Of a target, the others that must be there before it. */
export function needsAmong(
  members: readonly FleetMember[],
): (member: FleetMember) => readonly Need<FleetMember>[] {
  const byScript = new Map(
    members.flatMap((member) => (member.facts?.isBound === true ? [[member.facts.script, member]] : [])),
  );
  return ({ facts }) =>
    (facts?.needs ?? []).flatMap(({ script, soft }) => {
      const item = byScript.get(script);
      return item === undefined ? [] : [{ item, soft }];
    });
}

/**
 * Writes a new release with all its targets.
 *
 * @param unchanged results of targets that need nothing, by name: they are done as they enter
 * @throws ConfigError USAGE for waves and budgets that make no sense
 */
export async function beginRelease(
  {
    world,
    scope,
    store,
  }: { readonly world: World; readonly scope: CommandScope; readonly store: ReleaseStore },
  request: ReleaseRequest,
  members: readonly FleetMember[],
  unchanged: ReadonlyMap<string, DeployResult>,
): Promise<Release> {
  const commit = await scope.commit();
  const rules = (await scope.project()).rules.rollout ?? {};
  const { rollout, waveOf } = planRollout({ ...rules, ...given(request) }, request, members);
  const release: Release = {
    id: releaseId(world.now()),
    kind: 'deploy',
    environment: environmentNamed(request.env),
    status: 'running',
    why: null,
    createdAt: world.now(),
    finishedAt: null,
    by: whoRuns(world.env),
    commit: commit === null || commit.dirty ? null : commit.sha,
    message: request.message ?? null,
    root: realpathSync(world.rootDir),
    of: null,
    runner: world.runner.name,
    rollout,
  };
  store.create(
    release,
    inTurns(members, rollout.parallel).map(({ target, tenant, worker }) => {
      const versionId = unchanged.get(target)?.versionId ?? null;
      return {
        target,
        tenant,
        worker,
        wave: waveOf.get(target) ?? 0,
        previousVersionId: versionId,
        versionId,
        endState: unchanged.get(target)?.endState ?? null,
        state: unchanged.has(target) ? 'done' : 'waiting',
      };
    }),
  );
  return release;
}

/** Accounts side by side, so that no token waits for another's; needs are of one account, so they stay before. */
function inTurns(members: readonly FleetMember[], parallel: number): readonly FleetMember[] {
  return parallel > 1 ? byTurns(members, ({ facts }) => facts?.script.split(' ', 1)[0] ?? '') : members;
}

/** An id that sorts by time: `20261127-164512-3fa9`. */
export function releaseId(now: number): string {
  const time = new Date(now).toISOString().replaceAll(/[-:]/g, '').slice(0, 15).replace('T', '-');
  return `${time}-${randomBytes(2).toString('hex')}`;
}

function planRollout(
  asked: ReleaseOptions & FleetOptions,
  request: ReleaseRequest,
  members: readonly FleetMember[],
): { readonly rollout: RolloutOptions; readonly waveOf: ReadonlyMap<string, number> } {
  const { force, verify, takeOver, takeOverSplit, strategy, verifyBefore, tag, full, continueOnError } =
    request;
  if (continueOnError === true && request.failureBudget !== undefined) {
    throw new ConfigError('USAGE', 'A failure budget and going on after every error exclude each other.', {
      hint: 'Leave out --continue-on-error.',
    });
  }
  const failureBudget = continueOnError === true ? '100%' : (asked.failureBudget ?? 0);
  allowedFailures(failureBudget, members.length);
  const divided = divide(
    members.map(({ target, facts }) => ({
      target,
      labels: facts?.labels ?? {},
      shape: facts?.shape ?? target,
    })),
    asked.waves ?? [],
    asked,
  );
  return {
    waveOf: pulledForward(members, divided.waveOf),
    rollout: {
      parallel: asked.parallel ?? 1,
      failureBudget,
      onFailure: asked.onFailure ?? 'stop',
      metrics: asked.metrics ?? 'off',
      waves: divided.waves,
      deploy: {
        force: force ?? false,
        verify: verify ?? true,
        takeOver: takeOver ?? false,
        takeOverSplit: takeOverSplit ?? false,
        strategy: strategy ?? null,
        verifyBefore: verifyBefore ?? null,
        tag: tag ?? null,
        full: full ?? false,
        dispatchNamespace: request.dispatchNamespace ?? null,
      },
    },
  };
}

/** A target that one of an earlier wave needs comes with it. */
function pulledForward(
  members: readonly FleetMember[],
  waveOf: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const waves = new Map(waveOf);
  const needs = needsAmong(members);
  // From the last back: whoever needs a target stands behind it. In circles somebody does not, so until nothing moves.
  for (let isMoving = true; isMoving;) {
    isMoving = false;
    for (const member of members.toReversed()) {
      const own = waves.get(member.target) ?? 0;
      for (const { item } of needs(member)) {
        if ((waves.get(item.target) ?? 0) <= own) continue;
        waves.set(item.target, own);
        isMoving = true;
      }
    }
  }
  return waves;
}

/** What the caller said; what is undefined leaves the project's word. */
function given(request: ReleaseRequest): ReleaseOptions & FleetOptions {
  const { canary, bakeSeconds, waves, parallel, failureBudget, onFailure, metrics } = request;
  const all = { canary, bakeSeconds, waves, parallel, failureBudget, onFailure, metrics };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
