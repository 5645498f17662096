import { loadTenants } from './tenants/tenants.ts';
import { abortTenant } from './commands/abort.ts';
import { buildTenant } from './commands/build.ts';
import { deployTenant } from './commands/deploy.ts';
import { runDoctor } from './commands/doctor.ts';
import { driftTenant } from './commands/drift.ts';
import { pauseTenant } from './commands/pause.ts';
import { planTenant } from './commands/plan.ts';
import { promoteTenant } from './commands/promote.ts';
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
import { createRun, createWorld, type Run, type World } from './session/world.ts';
import { openNamedTenant, openNamedTenantForChange } from './session/named-worker.ts';
import type { Deployer, DeployerOptions, NamedTarget, Target } from './deployer-api.ts';
import { startEsbuild } from './load-esbuild.ts';
import { redactedError } from './security/redact-error.ts';
import { DeployError } from './errors.ts';
import { learnAllSecrets } from './session/learn-secrets.ts';
import { createFleetCommands } from './releases/commands.ts';
import { deployAll } from './releases/deploy-release.ts';
import { forgetSeen } from './releases/sweep/forget-seen.ts';
import { freeze, refuseFrozen, thaw } from './releases/freeze.ts';
import { listReleases, resume, rollbackRelease, showRelease, stopRelease } from './releases/manage.ts';
import { refuseOverlaps } from './releases/survey/survey.ts';
import { tenantWorkers } from './releases/selection/tenant-workers.ts';
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
  const ways = waysInto(world);
  return { ...commandsForOne(world, ways), ...commandsForMany(world, ways) };
}

/** What stands between a caller and a command. */
interface Ways {
  /** Nothing leaves with a secret in it, whoever made its text. */
  readonly guarded: <T>(work: () => Promise<T>) => Promise<T>;
  readonly reading: Opened<Target>;
  readonly changing: Opened<Target>;
  /** For what must work at night with broken files. */
  readonly readingNamed: Opened<NamedTarget>;
  readonly changingNamed: Opened<NamedTarget>;
}

/** Opens a target and does something with it. */
type Opened<T extends Target> = <R>(target: T, work: (context: TenantContext) => Promise<R>) => Promise<R>;

function waysInto(world: World): Ways {
  const guarded: Ways['guarded'] = async (work) => {
    try {
      return world.redactor.value(await work());
    } catch (error) {
      // Unforeseen: it may have come before anything was learned, and may say anything.
      if (!(error instanceof DeployError)) await learnAllSecrets(world, createRun(world));
      throw redactedError(asDeployError(error), world.redactor);
    }
  };
  const opened =
    <T extends Target>(open: (world: World, run: Run, target: T) => Promise<TenantContext>): Opened<T> =>
    (target, work) =>
      guarded(async () => {
        const { tenant, env } = target;
        world.emit({ type: 'tenant-started', tenant, environment: env ?? null });
        return work(await open(world, createRun(world), target));
      });
  return {
    guarded,
    reading: opened<Target>(openTenant),
    changing: opened<Target>(forgetting(openTenantForChange)),
    readingNamed: opened<NamedTarget>(openNamedTenant),
    changingNamed: opened<NamedTarget>(forgetting(openNamedTenantForChange)),
  };
}

type ForMany =
  | 'validateAll'
  | 'planAll'
  | 'deployAll'
  | 'driftAll'
  | 'statusAll'
  | 'releases'
  | 'release'
  | 'pauseRelease'
  | 'abortRelease'
  | 'resume'
  | 'rollbackRelease'
  | 'freeze'
  | 'thaw';

function commandsForOne(world: World, ways: Ways): Omit<Deployer, ForMany> {
  const { guarded, reading, changing, readingNamed, changingNamed } = ways;
  return {
    tenants: () => guarded(() => loadTenants(world.rootDir)),
    workers: (target) =>
      guarded(async () =>
        (await tenantWorkers(world, createRun(world), target)).filter((name) => name !== undefined),
      ),
    validate: (target) => guarded(() => validateTenant(world, target)),
    plan: (target) => reading(target, (context) => planTenant(context, target)),
    deploy: (target) => {
      startEsbuild();
      return changing(target, async (context) => {
        refuseFrozen(world, [target.env, context.worker.environment]);
        await refuseOverlaps(world, context.run, target);
        return deployTenant(context, target);
      });
    },
    drift: (target) => reading(target, (context) => driftTenant(context, target)),
    status: (target) => readingNamed(target, statusTenant),
    versions: (target) => readingNamed(target, versionsTenant),
    rollback: (target) => changingNamed(target, (context) => rollbackTenant(context, target)),
    promote: (target) =>
      changingNamed(target, (context) => {
        refuseFrozen(world, [target.env, context.worker.environment]);
        return promoteTenant(context, target);
      }),
    pause: (target) => changingNamed(target, pauseTenant),
    abort: (target) => changingNamed(target, (context) => abortTenant(context, target)),
    secrets: {
      list: (target) => reading(target, listTenantSecrets),
      put: (target) => changing(target, (context) => putTenantSecret(context, target)),
      push: (target) => changing(target, pushTenantSecrets),
      delete: (target) => changing(target, (context) => deleteTenantSecret(context, target.name)),
    },
    doctor: (target) => guarded(() => runDoctor(world, createRun(world), target)),
    config: (target) =>
      guarded(async () => {
        const worker = await resolveTarget(world, createRun(world), target);
        const { tenant, environment, bindings } = worker;
        return { tenant, environment, worker, bindings };
      }),
    build: (target) => guarded(() => buildTenant(world, createRun(world), target)),
  };
}

/** What works on many tenants counts its calls together with other processes that do. */
function commandsForMany(world: World, { guarded }: Ways): Pick<Deployer, ForMany> {
  const many = { ...world, budget: world.sharedBudget };
  const fleet = createFleetCommands(many);
  return {
    validateAll: (selection) => guarded(() => fleet.validateAll(selection)),
    planAll: (selection) => guarded(() => fleet.planAll(selection)),
    deployAll: (selection) => guarded(() => deployAll(many, selection)),
    driftAll: (selection) => guarded(() => fleet.driftAll(selection)),
    statusAll: (selection) => guarded(() => fleet.statusAll(selection)),
    releases: (which = {}) => guarded(async () => listReleases(world, which)),
    release: (id) => guarded(() => showRelease(world, id)),
    pauseRelease: (id) => guarded(() => stopRelease(world, id, 'paused')),
    abortRelease: (id) => guarded(() => stopRelease(world, id, 'aborted')),
    resume: (which = {}) => guarded(() => resume(many, which)),
    rollbackRelease: (which) => guarded(() => rollbackRelease(many, which)),
    freeze: (what) => guarded(() => freeze(world, what)),
    thaw: (what) => guarded(() => thaw(world, what)),
  };
}

/** What is remembered of a Worker ends with whatever may change it. */
function forgetting<T extends Target>(
  open: (world: World, run: Run, target: T) => Promise<TenantContext>,
): (world: World, run: Run, target: T) => Promise<TenantContext> {
  return async (world, run, target) => {
    const context = await open(world, run, target);
    forgetSeen(context);
    return context;
  };
}
