/** The public API of the library: an explicit list, nothing else is public. */
export { lacksHealthCheck } from './apply/no-health-check.ts';
export type { DeployResult } from './apply/result.ts';
export type { AbortOptions } from './commands/abort.ts';
export type { BuildResult } from './commands/build.ts';
export type { ConfigResult } from './commands/config.ts';
export type { DeployOptions } from './commands/deploy.ts';
export type { DoctorCheck, DoctorResult } from './commands/doctor.ts';
export type { DriftOptions, DriftResult } from './commands/drift.ts';
export type { GradualResult } from './commands/pause.ts';
export type { PromoteOptions } from './commands/promote.ts';
export type { RollbackOptions } from './commands/rollback.ts';
export type { SecretsPlan } from './commands/plan-secrets.ts';
export type { SecretsListResult, SecretsOptions } from './commands/secrets.ts';
export type { StatusResult } from './commands/status.ts';
export type { ValidateResult } from './commands/validate.ts';
export type { VersionEntry, VersionsResult } from './commands/versions.ts';
export type { Deployer } from './entry/deployer.ts';
export type { EndState } from './end-state.ts';
export type { HealthReport, HealthVerdict } from './health/report.ts';
export type { BeforeTraffic } from './plan/before-traffic.ts';
export type { PlanResult, PlannedStep } from './plan/result.ts';
export type { PlannedTraffic } from './plan/traffic.ts';
export type { VerifyBefore } from './shapes/traffic-schema.ts';
export type { ReleaseOptions } from './releases/begin.ts';
export type { ExitStatus, FailedTenant } from './commands/command.ts';
export type { FleetOptions, FleetResult, LookOptions } from './releases/for-many.ts';
export type { FreezeResult } from './releases/freeze.ts';
export type { BudgetReport, ReleaseRun } from './releases/release-run.ts';
export type { ReleaseResult, ReleaseSummary } from './releases/release-summary.ts';
export type { Selection } from './releases/selection/selection.ts';
export type { DeployerOptions } from './session/deployer-options.ts';
export type { DeployEvent } from './session/events.ts';
export type { Commit, Git } from './session/git.ts';
export type { ReleaseRunner } from './session/runner.ts';
export type { Target } from './session/target.ts';
export type { GradualStatus, GradualSummary } from './store/gradual.ts';
export {
  ApiError,
  asDeployError,
  BundleError,
  ConfigError,
  ConflictError,
  CredentialsError,
  DeployError,
  HealthError,
  RollbackError,
} from './errors.ts';
export {
  DEFAULT_METRICS_TEST,
  judgeMetrics,
  type MetricsTest,
  type MetricsVerdict,
  type MetricWindow,
  type VersionCounts,
} from './health/metrics.ts';
export type { Artifact, ArtifactTarget } from './artifacts/artifact.ts';
export type { ArtifactStore, Pruned } from './artifacts/artifact-store.ts';
export { ERROR_CODES, type ErrorCode } from './error-codes.ts';
export type { Finding, SourcePlace } from './findings/finding.ts';
export type { ResolvedWorker } from './resolve/resolved-worker.ts';
export type { Change } from './sections/change.ts';
export type { ReportedChange } from './sections/meaning.ts';
export type { Json } from './json.ts';
export { loadTenant, loadTenants, type LoadedTenant } from './tenants/tenants.ts';
export { openTenants, type TenantCatalog } from './tenants/catalog.ts';
export type { SourceProblem, TenantEntry } from './tenants/tenant-source.ts';
export { resolveWorker, type ResolveWorkerOptions } from './resolve/resolve-worker.ts';
export type { ResolvedResult } from './resolve/resolve-loaded.ts';
export type { DestroyOptions, DestroyPlan, DestroyResult } from './commands/destroy.ts';
export type { DestroyPlans, DestroyRequest, DestroyRun } from './life/destroy.ts';
export type { Orphan, OrphanReport } from './life/orphans.ts';
export type { PruneOptions, PrunePlans, PruneRun } from './life/prune.ts';
export { initProject, type InitResult } from './life/init.ts';
export type { TenantChangeOptions, TenantPlan } from './life/tenant-plan.ts';
export type { TenantResult } from './life/tenant-result.ts';
export type { TenantFields } from './life/tenant-files.ts';
export type { StatusOfAll } from './life/status.ts';
export { createDeployer } from './entry/create-deployer.ts';
export { learnEverySecret } from './entry/learn-every-secret.ts';
export { exitStatus, type JudgedResults } from './exit-status.ts';
export {
  defineConfig,
  type OverrideFacts,
  type OverrideFunction,
  type ProjectRules,
} from './project/project-config.ts';
export { loadProjectConfig, type LoadedProject } from './project/load-project-config.ts';
export { bundleWorker } from './bundle/bundle-worker.ts';
export { createBuildCache } from './bundle/build-cache.ts';
export type { BuildCache } from './bundle/build-context.ts';
export type { Bundle, BundleModule } from './bundle/bundle.ts';
export { startFailure, type StartFailureReport } from './bundle/check/start-failure.ts';
export { desiredState } from './sections/state.ts';
export { diffStates, type StateDiff } from './sections/diff.ts';
export type { SectionName, WorkerState } from './sections/registry.ts';
export type { Reading, Wanted } from './sections/section.ts';
export { buildUploadMetadata, type UploadInputs } from './apply/upload-metadata.ts';
export { Secret } from './security/secret.ts';
export { recordSchema, type DeploymentRecord } from './records/record.ts';
