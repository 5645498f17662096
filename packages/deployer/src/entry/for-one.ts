import { showConfig } from '../commands/config.ts';
import { loadTenants } from '../tenants/tenants.ts';
import { deployTenant } from '../commands/deploy.ts';
import { planTenant } from '../commands/plan.ts';
import type { RollbackOptions } from '../commands/rollback.ts';
import { validateTenant } from '../commands/validate.ts';
import { createScope, type World } from '../session/world.ts';
import type { NamedTarget } from '../session/target.ts';
import { startEsbuild } from '../load-esbuild.ts';
import { beginBuild } from '../plan/prepare.ts';
import { refuseFrozen } from '../releases/freeze.ts';
import type { LifeCommands } from '../life/commands.ts';
import { overlapsOfOne, refuseOverlaps } from '../releases/survey/overlaps-of-one.ts';
import type { Deployer } from './deployer.ts';
import type { ForMany } from './for-many.ts';
import { later, type Ways } from './ways.ts';

/** The commands of one target, and what needs none. */
export function commandsForOne(world: World, ways: Ways): Omit<Deployer, ForMany | keyof LifeCommands> {
  const { guarded, reading, changing, readingNamed, changingNamed } = ways;
  return {
    tenants: () => guarded(() => loadTenants(world.rootDir)),
    workers: (target) =>
      guarded(async () => {
        const names = await (await later()).tenantWorkers(world, createScope(world), target);
        return names.filter((name) => name !== undefined);
      }),
    validate: (target) => guarded(() => validateOne(world, target)),
    plan: (target) =>
      reading(target, async (context) => {
        const overlaps = await overlapsOfOne(world, context.scope, target);
        const result = await planTenant(context, target);
        return { ...result, findings: [...overlaps, ...result.findings] };
      }),
    deploy: (target) => {
      startEsbuild();
      return changing(target, async (context) => {
        beginBuild(context, () => context.api.warmUp());
        refuseFrozen(world, [target.env, context.worker.environment]);
        await refuseOverlaps(world, context.scope, target);
        return deployTenant(context, target);
      });
    },
    drift: (target) => reading(target, async (context) => (await later()).driftTenant(context, target)),
    status: (target) => readingNamed(target, async (context) => (await later()).statusTenant(context)),
    versions: (target) => readingNamed(target, async (context) => (await later()).versionsTenant(context)),
    planRollback: (target) =>
      readingNamed(target, async (context) => (await later()).planRollbackTenant(context, whoseSaid(target))),
    rollback: (target) =>
      changingNamed(target, async (context) => (await later()).rollbackTenant(context, whoseSaid(target))),
    promote: (target) =>
      changingNamed(target, async (context) => {
        refuseFrozen(world, [target.env, context.worker.environment]);
        return (await later()).promoteTenant(context, target);
      }),
    pause: (target) => changingNamed(target, async (context) => (await later()).pauseTenant(context)),
    abort: (target) => changingNamed(target, async (context) => (await later()).abortTenant(context, target)),
    secrets: {
      list: (target) => reading(target, async (context) => (await later()).listTenantSecrets(context)),
      put: (target) => changing(target, async (context) => (await later()).putTenantSecret(context, target)),
      push: (target) =>
        changing(target, async (context) => (await later()).pushTenantSecrets(context, target)),
      delete: (target) =>
        changing(target, async (context) => (await later()).deleteTenantSecret(context, target)),
    },
    doctor: (target) => guarded(async () => (await later()).runDoctor(world, createScope(world), target)),
    config: (target) => guarded(() => showConfig(world, createScope(world), target)),
    build: (target) => guarded(async () => (await later()).buildTenant(world, createScope(world), target)),
  };
}

/** A target, and whether it is in the way of another. */
async function validateOne(
  world: World,
  target: Parameters<Deployer['validate']>[0],
): ReturnType<Deployer['validate']> {
  const scope = createScope(world);
  const result = await validateTenant(world, target, scope);
  const overlaps = await overlapsOfOne(world, scope, target);
  const apart = overlaps.every(({ severity }) => severity !== 'error');
  return { ...result, findings: [...overlaps, ...result.findings], valid: result.valid && apart };
}

/** Whoever names the Worker itself means that one, whoever deployed it. */
function whoseSaid<T extends NamedTarget & RollbackOptions>(target: T): T {
  return target.script === undefined || target.takeOver !== undefined
    ? target
    : { ...target, takeOver: true };
}
