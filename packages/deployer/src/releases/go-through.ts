import { checkHealth } from '../apply/check-health.ts';
import { deployCommand, deployTenant, type DeployOptions } from '../commands/deploy.ts';
import { afterFirst } from '../commands/first-upload.ts';
import { promoteTenant } from '../commands/promote.ts';
import type { DeployResult } from '../apply/result.ts';
import { checkAccountChange } from '../session/account/account-change.ts';
import { knownGradual } from '../session/gradual.ts';
import { expecting, openTenant, type TenantContext } from '../session/tenant-context.ts';
import type { CommandScope, World } from '../session/world.ts';
import { urlOf } from '../session/public-url.ts';
import type { Release, ReleaseTarget } from '../store/release.ts';
import type { ReleaseStore } from '../store/release-store.ts';
import { askedOf, provenIn } from './asked-of.ts';
import { placeOf } from './place-of.ts';
import { needsAmong } from './begin.ts';
import { oneOfMany } from './for-many.ts';
import { type CommandTarget, commandTarget } from './selection/fleet-target.ts';
import type { FleetMember } from './selection/fleet-target.ts';
import { outcomeOf } from './outcome.ts';
import { judgeWave } from './judge-wave.ts';
import { rollOut } from './roll-out.ts';
import { firstUploads, type FirstUploads } from './first-uploads.ts';
import type { Sweep } from './sweep/sweep.ts';
import { tenantWorkers } from './selection/tenant-workers.ts';

/** What going through a release needs. */
export interface GoThrough {
  readonly world: World;
  readonly scope: CommandScope;
  readonly store: ReleaseStore;
  readonly members: readonly FleetMember[];
  /** Those that begin a circle of service bindings. */
  readonly begun: ReadonlySet<FleetMember>;
  readonly confirm: DeployOptions['confirm'];
  readonly sweep: Pick<Sweep, 'memory'>;
}

/** A release after a run, and what the run did. */
export interface WentThrough {
  readonly release: Release;
  /** By the names of targets. */
  readonly results: ReadonlyMap<string, DeployResult>;
}

/** Deploys the waiting targets of a release that this process has taken, and gives it back. */
export async function goThrough(release: Release, options: GoThrough): Promise<WentThrough> {
  const { world, store, members } = options;
  const results = new Map<string, DeployResult>();
  const healthy = new Set<string>();
  const byName = new Map(members.map((member) => [member.target, member]));
  const needs = needsAmong(members);
  const firsts = firstUploads({
    members,
    begun: options.begun,
    open: async (member) => openForDeploy(options, commandTarget(member, placeOf(release))),
    asked: (context, member) => askedOf(release, member, context, options),
  });
  try {
    const ended = await rollOut(release, {
      store,
      runner: world.runner.name,
      now: world.now,
      sleep: world.sleep,
      signal: world.signal,
      needs: (target) => {
        const member = byName.get(target);
        return member === undefined ? [] : needs(member).map(({ item }) => item.target);
      },
      deploy: async (target) => {
        const then = await deployOne(release, target, { ...options, firsts, healthy });
        const result = afterFirst(firsts.of(target.target), then);
        results.set(target.target, result);
        return outcomeOf(result);
      },
      judgeErrors: (of, wave, watch) => judgeWave(of, wave, { ...options, watch }),
      stillHealthy: (target) => stillHealthy(release, target, options),
    });
    // Those of targets that were not come to.
    for (const [target, result] of firsts.results()) if (!results.has(target)) results.set(target, result);
    return { release: ended, results };
  } finally {
    store.leave(release.id, world.runner.name);
  }
}

function deployOne(
  release: Release,
  target: ReleaseTarget,
  options: GoThrough & { readonly firsts: FirstUploads; readonly healthy: Set<string> },
): Promise<DeployResult> {
  const { world, scope, sweep, firsts } = options;
  const { tenant } = target;
  const { deploy } = release.rollout;
  return oneOfMany(world, deployCommand, {
    tenant,
    worker: target.worker,
    environment: release.environment,
    work: deployOrSkip,
  });

  async function deployOrSkip(): Promise<DeployResult> {
    const one = commandTarget(target, placeOf(release));
    // Tells of Workers of a tenant that need each other.
    if (target.worker !== null) await tenantWorkers(world, scope, one);
    const context = await openForDeploy(options, one);
    if (isBegunGradual(context, release)) return promoteTenant(context, { verify: deploy.verify });
    const memory = sweep.memory(context, deploy.force || deploy.full);
    const { confirm, ...asked } = askedOf(release, target, context, options);
    return deployTenant(
      expecting(context, firsts.scripts(target.target)),
      {
        ...asked,
        // When all that can be known of the target itself is known.
        async confirm(plan) {
          const agreed = (await confirm?.(plan)) ?? true;
          if (agreed) await firsts.before(target.target);
          return agreed;
        },
      },
      memory,
      provenIn(release, target, options.healthy),
    );
  }
}

async function openForDeploy(
  { world, scope }: Pick<GoThrough, 'world' | 'scope'>,
  target: CommandTarget,
): Promise<TenantContext> {
  const context = await openTenant(world, scope, target);
  await checkAccountChange(context, 'change');
  return context;
}

/** Whether the target's gradual deploy was begun in this release, and waits or was killed: it is gone on with. */
function isBegunGradual(context: TenantContext, { createdAt }: Release): boolean {
  const gradual = knownGradual(context);
  if (gradual === null || gradual.startedAt < createdAt) return false;
  return gradual.status === 'running' || gradual.status === 'paused';
}

/** Asks a target of a baked wave again. Not knowing is not sick. */
async function stillHealthy(
  release: Release,
  target: ReleaseTarget,
  { world, scope }: GoThrough,
): Promise<boolean> {
  const context = await openTenant(world, scope, commandTarget(target, placeOf(release)));
  const url = await urlOf(context);
  const { versionId } = target;
  const { verify } = release.rollout.deploy;
  const { verdict } = await checkHealth(context, { url, versionId, verify, attempts: 2 });
  return verdict !== 'unhealthy';
}
