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
import type { AbortOptions } from './commands/abort.ts';
import type { BuildResult } from './commands/build.ts';
import { type DeployOptions, deployTenant } from './commands/deploy.ts';
import type { DoctorResult } from './commands/doctor.ts';
import type { DriftOptions, DriftResult } from './commands/drift.ts';
import type { GradualResult } from './commands/pause.ts';
import { planTenant } from './commands/plan.ts';
import type { PromoteOptions } from './commands/promote.ts';
import type { RollbackOptions } from './commands/rollback.ts';
import type { SecretsListResult, SecretsOptions } from './commands/secrets.ts';
import type { StatusResult } from './commands/status.ts';
import { openTenant, openTenantForChange, type TenantContext } from './session/tenant-context.ts';
import { type ValidateResult, validateTenant } from './commands/validate.ts';
import type { VersionsResult } from './commands/versions.ts';
import { createScope, createWorld, type CommandScope, type World } from './session/world.ts';
import type { DeployerOptions } from './session/deployer-options.ts';
import type { NamedTarget, Target } from './session/target.ts';
import { startEsbuild } from './load-esbuild.ts';
import { redactedError } from './security/redact-error.ts';
import { asDeployError, DeployError } from './errors.ts';
import { learnAllSecrets } from './session/learn-secrets.ts';
import { forgetSeen } from './releases/sweep/forget-seen.ts';
import { type FreezeResult, refuseFrozen } from './releases/freeze.ts';
import type { LifeCommands } from './life/commands.ts';
import { overlapsOfOne, refuseOverlaps } from './releases/survey/overlaps-of-one.ts';

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
  /** Refuses deploys to an environment, which some tenant must have, until a time (ISO 8601). Rollbacks are not refused. */
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
  /**
   * Goes on with a gradual deploy: the steps that are left, or all traffic at once.
   * @throws ConfigError GRADUAL_UNKNOWN; ConflictError when somebody else moved the traffic, or goes through it now
   */
  promote(target: NamedTarget & PromoteOptions): Promise<DeployResult>;
  /** Lets a gradual deploy stand as it is until somebody goes on with it. @throws ConfigError GRADUAL_UNKNOWN */
  pause(target: NamedTarget): Promise<GradualResult>;
  /** Gives all traffic back to the old version. @throws ConfigError GRADUAL_UNKNOWN; ConflictError */
  abort(target: NamedTarget & AbortOptions): Promise<DeployResult>;
  rollback(target: NamedTarget & RollbackOptions): Promise<DeployResult>;
  /** What a rollback would do and leave as it is. Throws where it is impossible, as `rollback` does. */
  planRollback(target: NamedTarget & RollbackOptions): Promise<PlanResult>;
  secrets: {
    list(target: Target): Promise<SecretsListResult>;
    put(
      target: Target & { readonly name: string; readonly value: string } & SecretsOptions,
    ): Promise<SecretsListResult>;
    /** Puts every required secret that has a value in the environment or env files. */
    push(target: Target & SecretsOptions): Promise<SecretsListResult>;
    delete(target: Target & { readonly name: string } & SecretsOptions): Promise<SecretsListResult>;
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
    ...commandsOfLife({ ...world, budget: world.sharedBudget }, ways),
  };
}

/** What a deploy of one target does not need, loaded when it is first asked for. */
const later = (): Promise<typeof import('./deployer-later.ts')> => import('./deployer-later.ts');

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
      if (!(error instanceof DeployError)) await learnAllSecrets(world, createScope(world));
      throw redactedError(asDeployError(error), world.redactor);
    }
  };
  const opened =
    <T extends Target>(
      open: (world: World, scope: CommandScope, target: T) => Promise<TenantContext>,
    ): Opened<T> =>
    (target, work) =>
      guarded(async () => {
        const { tenant, env } = target;
        world.emit({ type: 'tenant-started', tenant, environment: env ?? null });
        return work(await open(world, createScope(world), target));
      });
  return {
    guarded,
    reading: opened<Target>(openTenant),
    changing: opened<Target>(forgetting(openTenantForChange)),
    readingNamed: opened<NamedTarget>(async (...of) => (await later()).openNamedTenant(...of)),
    changingNamed: opened<NamedTarget>(
      forgetting(async (...of) => (await later()).openNamedTenantForChange(...of)),
    ),
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

/** What works on many tenants counts its calls together with other processes that do. */
function commandsForMany(world: World, { guarded }: Ways): Pick<Deployer, ForMany> {
  const many = { ...world, budget: world.sharedBudget };
  return {
    validateAll: (selection) => guarded(async () => (await later()).validateAll(many, selection)),
    planAll: (selection) => guarded(async () => (await later()).planAll(many, selection)),
    deployAll: (selection) => guarded(async () => (await later()).deployAll(many, selection)),
    driftAll: (selection) => guarded(async () => (await later()).driftAll(many, selection)),
    releases: (which = {}) => guarded(async () => (await later()).listReleases(world, which)),
    release: (id) => guarded(async () => (await later()).showRelease(world, id)),
    pauseRelease: (id) => guarded(async () => (await later()).stopRelease(world, id, 'paused')),
    abortRelease: (id) => guarded(async () => (await later()).stopRelease(world, id, 'aborted')),
    resume: (which = {}) => guarded(async () => (await later()).resume(many, which)),
    rollbackRelease: (which) => guarded(async () => (await later()).rollbackRelease(many, which)),
    freeze: (what) =>
      guarded(async () => {
        const { freeze, refuseUnknownEnvironment } = await later();
        await refuseUnknownEnvironment(world.rootDir, what.env);
        return freeze(world, what);
      }),
    thaw: (what) => guarded(async () => (await later()).thaw(world, what)),
  };
}

function commandsOfLife(world: World, { guarded }: Ways): LifeCommands {
  const life = async (): Promise<LifeCommands> => (await later()).lifeCommands(world, guarded);
  return {
    destroy: async (target) => (await life()).destroy(target),
    destroyAll: async (selection) => (await life()).destroyAll(selection),
    planDestroy: async (target) => (await life()).planDestroy(target),
    prune: async (options) => (await life()).prune(options),
    planPrune: async (options) => (await life()).planPrune(options),
    addTenant: async (options) => (await life()).addTenant(options),
    removeTenant: async (options) => (await life()).removeTenant(options),
    renameTenant: async (options) => (await life()).renameTenant(options),
    moveTenant: async (options) => (await life()).moveTenant(options),
    statusAll: async (selection) => (await life()).statusAll(selection),
  };
}

/** What is remembered of a Worker ends with whatever may change it. */
function forgetting<T extends Target>(
  open: (world: World, scope: CommandScope, target: T) => Promise<TenantContext>,
): (world: World, scope: CommandScope, target: T) => Promise<TenantContext> {
  return async (world, scope, target) => {
    const context = await open(world, scope, target);
    forgetSeen(context);
    return context;
  };
}
