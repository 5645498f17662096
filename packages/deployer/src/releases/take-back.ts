import type { DeployResult } from '../apply/result.ts';
import { rollbackTenant, type RollbackOptions } from '../commands/rollback.ts';
import { ConflictError, RollbackError } from '../errors.ts';
import { openTenantForChange, type TenantContext } from '../session/tenant-context.ts';
import type { CommandScope, World } from '../session/world.ts';
import { whoRuns } from '../session/who-runs.ts';
import type { Release, ReleaseTarget } from '../store/release.ts';
import type { ReleaseStore } from '../store/release-store.ts';
import { releaseId } from './begin.ts';
import { oneOfMany } from './for-many.ts';
import { commandTarget } from './selection/fleet-target.ts';
import { deployCommand } from '../commands/deploy.ts';
import { placeOf } from './place-of.ts';
import { isChanged, outcomeOf } from './outcome.ts';
import { whatRuns } from './what-runs.ts';
import { rollOut } from './roll-out.ts';

/** What taking back needs. */
export interface TakeBack {
  readonly world: World;
  readonly scope: CommandScope;
  readonly store: ReleaseStore;
}

/** How it is done. */
export interface TakeBackOptions extends Pick<RollbackOptions, 'force' | 'message' | 'verify'> {
  readonly parallel: number;
}

/** A release of kind `rollback` after its run. */
export interface TakenBack {
  readonly release: Release;
  readonly results: readonly DeployResult[];
}

/** Takes back what the release's own rule says when its failure budget is used up. */
export async function takeBackAfter(release: Release, options: TakeBack): Promise<readonly DeployResult[]> {
  const { onFailure, parallel } = release.rollout;
  if (release.status !== 'failed' || onFailure === 'stop') return [];
  const changed = options.store.targets(release.id).filter(isChanged);
  const last = Math.max(...options.store.targets(release.id).flatMap(begunWave));
  const chosen = onFailure === 'rollback-wave' ? changed.filter(({ wave }) => wave === last) : changed;
  if (chosen.length === 0) return [];
  const { results } = await takeBack(release, chosen, options, { parallel });
  return results;
}

/**
 * Puts targets of a release back to what they ran before it, the last wave first, each with one write. This is a release
 * of its own; nobody's later deploy is overwritten. The failure of one does not stop the others.
 */
export async function takeBack(
  of: Release,
  chosen: readonly ReleaseTarget[],
  { world, scope, store }: TakeBack,
  options: TakeBackOptions,
): Promise<TakenBack> {
  const back = await beginTakeBack(of, chosen, { world, scope, store }, options);
  const results: DeployResult[] = [];
  const before = new Map(chosen.map((target) => [target.target, target]));
  const ended = await rollOut(back, {
    store,
    runner: world.runner.name,
    now: world.now,
    sleep: world.sleep,
    // What is half taken back is worse than either: no signal ends it.
    deploy: async ({ target }) => {
      const member = before.get(target);
      if (member === undefined) throw new Error(`${target} is not a target of release ${of.id}`);
      const result = await takeBackOne(of, member, { world, scope, store }, options);
      results.push(result);
      if (result.error === null)
        store.settle(of.id, target, { state: 'taken-back', outcome: null, now: world.now() });
      return outcomeOf(result);
    },
    stillHealthy: () => Promise.resolve(true),
    judgeErrors: () => Promise.resolve({ kind: 'go-on', message: '' }),
  });
  store.leave(back.id, world.runner.name);
  if (!store.targets(of.id).some(isChanged)) {
    const why = `release ${back.id} took it back`;
    const from = ['running', 'paused', 'failed', 'done', 'aborted'] as const;
    store.setStatus(of.id, { from, to: 'taken-back', why, now: world.now() });
  }
  return { release: ended, results };
}

async function beginTakeBack(
  of: Release,
  chosen: readonly ReleaseTarget[],
  { world, scope, store }: TakeBack,
  options: TakeBackOptions,
): Promise<Release> {
  const commit = await scope.commit();
  const waves = [...new Set(chosen.map(({ wave }) => wave))].toSorted((a, b) => b - a);
  const back: Release = {
    id: releaseId(world.now()),
    kind: 'rollback',
    environment: of.environment,
    status: 'running',
    why: null,
    createdAt: world.now(),
    finishedAt: null,
    by: whoRuns(world.env),
    commit: commit === null || commit.dirty ? null : commit.sha,
    message: options.message ?? null,
    root: of.root,
    of: of.id,
    runner: world.runner.name,
    rollout: {
      parallel: options.parallel,
      failureBudget: '100%',
      onFailure: 'stop',
      metrics: 'off',
      waves: waves.map((wave) => ({
        name: of.rollout.waves[wave]?.name ?? `wave ${wave + 1}`,
        bakeMs: 0,
        gate: 'auto',
      })),
      deploy: { ...of.rollout.deploy, force: options.force ?? false, verify: options.verify ?? true },
    },
  };
  store.create(
    back,
    chosen.toReversed().map(({ target, tenant, worker, wave, versionId }) => ({
      target,
      tenant,
      worker,
      wave: waves.indexOf(wave),
      previousVersionId: versionId,
      versionId: null,
      endState: null,
      state: 'waiting',
    })),
  );
  return back;
}

function takeBackOne(
  of: Release,
  member: ReleaseTarget,
  { world, scope, store }: TakeBack,
  { force, verify, message }: TakeBackOptions,
): Promise<DeployResult> {
  const { tenant, previousVersionId } = member;
  return oneOfMany(world, deployCommand, {
    tenant,
    worker: member.worker,
    environment: of.environment,
    work: back,
  });

  async function back(): Promise<DeployResult> {
    if (previousVersionId === null) throw firstDeploy(member);
    const context = await openTenantForChange(world, scope, commandTarget(member, placeOf(of)));
    store.forget(context.worker.accountId, context.worker.scriptName);
    await refuseForeign(context, member, previousVersionId);
    return rollbackTenant(context, {
      versionId: previousVersionId,
      message: message ?? `Take back release ${of.id}`,
      force: force ?? false,
      verify: verify ?? true,
      // Of many targets: what today's version binds too is left to Cloudflare.
      lookUp: 'changed',
    });
  }
}

/** Only what the release itself put there is taken away. */
async function refuseForeign(
  context: TenantContext,
  { versionId }: ReleaseTarget,
  previousVersionId: string,
): Promise<void> {
  const { scriptName, dispatchNamespace } = context.worker;
  const { id, by } = await whatRuns(context);
  if (id === versionId || id === previousVersionId || (id === null && dispatchNamespace === null)) return;
  const what = dispatchNamespace === null ? 'version' : 'upload';
  throw new ConflictError(
    'CONFLICT',
    `Worker ${scriptName} runs ${id === null ? `an ${what} without a name` : `${what} ${id}`}, which is not the release's: ${by}.`,
    { hint: 'Look at it first; cf-deploy rollback --tenant puts one Worker back whatever it runs.' },
  );
}

function firstDeploy({ target }: ReleaseTarget): RollbackError {
  return new RollbackError(
    'ROLLBACK_IMPOSSIBLE',
    `${target} ran nothing before the release that could be put back: it was its first deploy, or nothing was kept.`,
    { hint: 'Deploy a version that works, or delete the Worker.' },
  );
}

function begunWave({ wave, state }: ReleaseTarget): readonly number[] {
  return state === 'waiting' ? [] : [wave];
}
