import type { Selection } from '../releases/selection/selection.ts';
import type { FailedTenant } from '../commands/command.ts';
import type { FleetOptions, FleetResult, LookOptions } from '../releases/for-many.ts';
import type { ReleaseOptions } from '../releases/begin.ts';
import type { ReleaseResult, ReleaseSummary } from '../releases/release-summary.ts';
import type { ReleaseRun } from '../releases/release-run.ts';
import type { PlanResult } from '../plan/result.ts';
import type { DeployResult } from '../apply/result.ts';
import type { ConfigResult } from '../commands/config.ts';
import type { AbortOptions } from '../commands/abort.ts';
import type { BuildResult } from '../commands/build.ts';
import type { DeployOptions } from '../commands/deploy.ts';
import type { DoctorResult } from '../commands/doctor.ts';
import type { DriftOptions, DriftResult } from '../commands/drift.ts';
import type { GradualResult } from '../commands/pause.ts';
import type { PromoteOptions } from '../commands/promote.ts';
import type { RollbackOptions } from '../commands/rollback.ts';
import type { SecretsListResult, SecretsOptions } from '../commands/secrets.ts';
import type { StatusResult } from '../commands/status.ts';
import type { ValidateResult } from '../commands/validate.ts';
import type { VersionsResult } from '../commands/versions.ts';
import type { NamedTarget, Target } from '../session/target.ts';
import type { FreezeResult } from '../releases/freeze.ts';
import type { LifeCommands } from '../life/commands.ts';

/**
 * Deploys, verifies, diffs and rolls back. Every method throws a `DeployError`, except the `…All` ones, which
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
