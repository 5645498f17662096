import type { Selection } from './releases/selection/selection.ts';
import type { FailedTenant } from './commands/command.ts';
import type { FleetOptions, FleetResult, LookOptions } from './releases/for-many.ts';
import type { ReleaseOptions } from './releases/begin.ts';
import type { ReleaseResult, ReleaseSummary } from './releases/release-summary.ts';
import type { ReleaseRun } from './releases/release-run.ts';
import type { PlanResult } from './plan/result.ts';
import type { DeployResult } from './apply/result.ts';
import { showConfig, type ConfigResult } from './commands/config.ts';
import { loadTenants } from './tenants/tenants.ts';
import { type BuildResult, buildTenant } from './commands/build.ts';
import { type DeployOptions, deployTenant } from './commands/deploy.ts';
import { type DoctorResult, runDoctor } from './commands/doctor.ts';
import { type DriftOptions, type DriftResult, driftTenant } from './commands/drift.ts';
import { planTenant } from './commands/plan.ts';
import { planRollbackTenant, type RollbackOptions, rollbackTenant } from './commands/rollback.ts';
import {
  type SecretsListResult,
  deleteTenantSecret,
  listTenantSecrets,
  pushTenantSecrets,
  putTenantSecret,
} from './commands/secrets.ts';
import { type StatusResult, statusTenant } from './commands/status.ts';
import { openTenant, openTenantForChange, type TenantContext } from './session/tenant-context.ts';
import { type ValidateResult, validateTenant } from './commands/validate.ts';
import { type VersionsResult, versionsTenant } from './commands/versions.ts';
import { createRun, createWorld, type Run, type World } from './session/world.ts';
import { openNamedTenant, openNamedTenantForChange } from './session/named-worker.ts';
import type { DeployerOptions } from './session/deployer-options.ts';
import type { NamedTarget, Target } from './session/target.ts';
import { startEsbuild } from './load-esbuild.ts';
import { redactedError } from './security/redact-error.ts';
import { asDeployError, DeployError } from './errors.ts';
import { learnAllSecrets } from './session/learn-secrets.ts';
import { driftAll, planAll, validateAll } from './releases/read-many.ts';
import { deployAll } from './releases/deploy-release.ts';
import { forgetSeen } from './releases/sweep/forget-seen.ts';
import { type FreezeResult, freeze, refuseFrozen, thaw } from './releases/freeze.ts';
import { lifeCommands, type LifeCommands } from './life/commands.ts';
import { listReleases, resume, rollbackRelease, showRelease, stopRelease } from './releases/manage.ts';
import { refuseOverlaps } from './releases/survey/survey.ts';
import { tenantWorkers } from './releases/selection/tenant-workers.ts';

/**
 * Deploys, verifies, diffs and rolls back. Every method throws a {@link DeployError}, except the `…All` ones, which
 * report a tenant's failure in its result. `deploy` throws for errors before the first write and returns
 * `status: 'failed'` or `'rolled-back'` (with `error`) after it.
 */
export interface Deployer extends LifeCommands {
  tenants(): Promise<readonly string[]>;
  /** Names of a tenant's Workers in the order of a deploy; none for a tenant with one Worker. */
  workers(target: Target): Promise<readonly string[]>;
  validate(target: Target): Promise<ValidateResult>;
  validateAll(selection: Selection): Promise<FleetResult<ValidateResult>>;
  plan(target: Target & DeployOptions): Promise<PlanResult>;
  planAll(
    selection: Selection & DeployOptions & FleetOptions & LookOptions,
  ): Promise<FleetResult<PlanResult | FailedTenant>>;
  deploy(target: Target & DeployOptions): Promise<DeployResult>;
  /** Deploys many: a release, which is kept and can be resumed. */
  deployAll(selection: Selection & DeployOptions & FleetOptions & ReleaseOptions): Promise<ReleaseRun>;
  /** Releases known on this machine, newest first. */
  releases(options?: { readonly env?: string; readonly limit?: number }): Promise<readonly ReleaseSummary[]>;
  /** @throws ConfigError RELEASE_UNKNOWN */
  release(id: string): Promise<ReleaseResult>;
  /** Lets what is under way end, and begins nothing further. @throws ConfigError RELEASE_UNKNOWN, USAGE */
  pauseRelease(id: string): Promise<ReleaseSummary>;
  /** Ends a release for good; what is deployed stays. @throws ConfigError RELEASE_UNKNOWN, USAGE */
  abortRelease(id: string): Promise<ReleaseSummary>;
  /**
   * Does what is left of a release: the newest unfinished one unless one is named.
   * @throws ConfigError RELEASE_UNKNOWN; RELEASE_ELSEWHERE when it was begun in another folder or is being run
   */
  resume(
    options?: { readonly id?: string; readonly env?: string } & Pick<DeployOptions, 'confirm'>,
  ): Promise<ReleaseRun>;
  /**
   * Puts every target that a release changed back to what it ran before, in reverse waves.
   * @throws ConfigError RELEASE_UNKNOWN, RELEASE_ELSEWHERE
   */
  rollbackRelease(
    options: { readonly id: string } & Pick<RollbackOptions, 'force' | 'message' | 'verify'> & FleetOptions,
  ): Promise<ReleaseRun>;
  /** Refuses deploys to an environment until a time (ISO 8601). Rollbacks are not refused. */
  freeze(options: {
    readonly env: string;
    readonly until: string;
    readonly why: string;
  }): Promise<FreezeResult>;
  /** Lifts a freeze before its time. */
  thaw(options: { readonly env: string }): Promise<FreezeResult>;
  drift(target: Target & DriftOptions): Promise<DriftResult>;
  driftAll(
    selection: Selection & FleetOptions & DriftOptions & LookOptions,
  ): Promise<FleetResult<DriftResult>>;
  status(target: NamedTarget): Promise<StatusResult>;
  versions(target: NamedTarget): Promise<VersionsResult>;
  rollback(target: NamedTarget & RollbackOptions): Promise<DeployResult>;
  /** What a rollback would do and leave as it is. Throws where it is impossible, as `rollback` does. */
  planRollback(target: NamedTarget & RollbackOptions): Promise<PlanResult>;
  secrets: {
    list(target: Target): Promise<SecretsListResult>;
    put(target: Target & { readonly name: string; readonly value: string }): Promise<SecretsListResult>;
    /** Puts every required secret that has a value in the environment or env files. */
    push(target: Target): Promise<SecretsListResult>;
    delete(target: Target & { readonly name: string }): Promise<SecretsListResult>;
  };
  doctor(target: Partial<Target>): Promise<DoctorResult>;
  config(target: Target): Promise<ConfigResult>;
  build(target: Target & { readonly outdir: string }): Promise<BuildResult>;
}

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
  return {
    ...commandsForOne(world, ways),
    ...commandsForMany(world, ways),
    ...lifeCommands({ ...world, budget: world.sharedBudget }, ways.guarded),
  };
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
  | 'releases'
  | 'release'
  | 'pauseRelease'
  | 'abortRelease'
  | 'resume'
  | 'rollbackRelease'
  | 'freeze'
  | 'thaw';

function commandsForOne(world: World, ways: Ways): Omit<Deployer, ForMany | keyof LifeCommands> {
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
    planRollback: (target) => readingNamed(target, (context) => planRollbackTenant(context, target)),
    rollback: (target) => changingNamed(target, (context) => rollbackTenant(context, target)),
    secrets: {
      list: (target) => reading(target, listTenantSecrets),
      put: (target) => changing(target, (context) => putTenantSecret(context, target)),
      push: (target) => changing(target, pushTenantSecrets),
      delete: (target) => changing(target, (context) => deleteTenantSecret(context, target.name)),
    },
    doctor: (target) => guarded(() => runDoctor(world, createRun(world), target)),
    config: (target) => guarded(() => showConfig(world, createRun(world), target)),
    build: (target) => guarded(() => buildTenant(world, createRun(world), target)),
  };
}

/** What works on many tenants counts its calls together with other processes that do. */
function commandsForMany(world: World, { guarded }: Ways): Pick<Deployer, ForMany> {
  const many = { ...world, budget: world.sharedBudget };
  return {
    validateAll: (selection) => guarded(() => validateAll(many, selection)),
    planAll: (selection) => guarded(() => planAll(many, selection)),
    deployAll: (selection) => guarded(() => deployAll(many, selection)),
    driftAll: (selection) => guarded(() => driftAll(many, selection)),
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
