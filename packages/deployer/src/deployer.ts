import { loadTenants } from './tenants/tenants.ts';
import { buildTenant } from './commands/build.ts';
import { deployTenant } from './commands/deploy.ts';
import { runDoctor } from './commands/doctor.ts';
import { driftTenant } from './commands/drift.ts';
import { planTenant } from './commands/plan.ts';
import { rollbackTenant } from './commands/rollback.ts';
import {
  deleteTenantSecret,
  listTenantSecrets,
  pushTenantSecrets,
  putTenantSecret,
} from './commands/secrets.ts';
import { statusTenant } from './commands/status.ts';
import {
  openTenant,
  openTenantForChange,
  resolveTarget,
  type TenantContext,
} from './session/tenant-context.ts';
import { validateTenant } from './commands/validate.ts';
import { versionsTenant } from './commands/versions.ts';
import { createRun, createWorld } from './session/world.ts';
import type { Deployer, DeployerOptions, Target } from './deployer-api.ts';
import { startEsbuild } from './load-esbuild.ts';
import { redactedError } from './security/redact-error.ts';
import { DeployError } from './errors.ts';
import { learnAllSecrets } from './session/learn-secrets.ts';
import { createFleetCommands } from './releases/commands.ts';
import { tenantWorkers } from './releases/tenant-workers.ts';
import { asDeployError } from './releases/run.ts';

/**
 * Makes a deployer for one project. Nothing is read or sent before a method is called.
 *
 * @example
 * const deployer = createDeployer({ root: process.cwd() });
 * const { versionId } = await deployer.deploy({ tenant: 'acme', env: 'staging' });
 * @throws ConfigError BASE_URL_REFUSED
 */
export function createDeployer(options: DeployerOptions): Deployer {
  const world = createWorld(options);

  /** Nothing leaves with a secret in it, whoever made its text. */
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return world.redactor.value(await work());
    } catch (error) {
      // Unforeseen: it may have come before anything was learned, and may say anything.
      if (!(error instanceof DeployError)) await learnAllSecrets(world, createRun(world));
      throw redactedError(asDeployError(error), world.redactor);
    }
  };
  const withTenant = <T>(
    target: Target,
    work: (context: TenantContext) => Promise<T>,
    open = openTenant,
  ): Promise<T> =>
    guarded(async () => {
      const { tenant, env } = target;
      world.emit({ type: 'tenant-started', tenant, environment: env ?? null });
      return work(await open(world, createRun(world), target));
    });
  const changing = <T>(target: Target, work: (context: TenantContext) => Promise<T>): Promise<T> =>
    withTenant(target, work, openTenantForChange);
  const fleet = createFleetCommands(world);

  return {
    tenants: () => guarded(() => loadTenants(world.rootDir)),
    workers: (target) =>
      guarded(async () =>
        (await tenantWorkers(world, createRun(world), target)).filter((name) => name !== undefined),
      ),
    validate: (target) => guarded(() => validateTenant(world, target)),
    plan: (target) => withTenant(target, (context) => planTenant(context, target)),
    deploy: (target) => {
      startEsbuild();
      return changing(target, (context) => deployTenant(context, target));
    },
    drift: (target) => withTenant(target, (context) => driftTenant(context, target)),
    status: (target) => withTenant(target, statusTenant),
    versions: (target) => withTenant(target, versionsTenant),
    rollback: (target) => changing(target, (context) => rollbackTenant(context, target)),
    secrets: {
      list: (target) => withTenant(target, listTenantSecrets),
      put: (target) => changing(target, (context) => putTenantSecret(context, target)),
      push: (target) => changing(target, pushTenantSecrets),
      delete: (target) => changing(target, (context) => deleteTenantSecret(context, target.name)),
    },
    doctor: (target) => guarded(() => runDoctor(world, createRun(world), target)),
    config: (target) =>
      guarded(async () => {
        const worker = await resolveTarget(world, createRun(world), target);
        return {
          tenant: worker.tenant,
          environment: worker.environment,
          worker,
          bindings: worker.bindings,
        };
      }),
    build: (target) => guarded(() => buildTenant(world, createRun(world), target)),
    validateAll: (selection) => guarded(() => fleet.validateAll(selection)),
    planAll: (selection) => guarded(() => fleet.planAll(selection)),
    deployAll: (selection) => guarded(() => fleet.deployAll(selection)),
    driftAll: (selection) => guarded(() => fleet.driftAll(selection)),
    statusAll: (selection) => guarded(() => fleet.statusAll(selection)),
  };
}
