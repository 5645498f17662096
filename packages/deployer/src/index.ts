/** The public API of the library: an explicit list, nothing else is public. */
export type {
  BuildResult,
  ConfigResult,
  Deployer,
  DeployerOptions,
  BeforeTraffic,
  Commit,
  DeployEvent,
  Git,
  VerifyBefore,
  DeployOptions,
  DeployResult,
  DoctorCheck,
  DoctorResult,
  DriftOptions,
  DriftResult,
  EndState,
  BudgetReport,
  FailedTenant,
  FleetOptions,
  FleetResult,
  FreezeResult,
  HealthReport,
  HealthVerdict,
  PlannedStep,
  PlanResult,
  ReleaseOptions,
  ReleaseResult,
  ReleaseRun,
  ReleaseSummary,
  RollbackOptions,
  Runner,
  SecretsListResult,
  Selection,
  StatusResult,
  Target,
  ValidateResult,
  VersionEntry,
  VersionsResult,
} from './deployer-api.ts';
export type { AbortOptions } from './commands/abort.ts';
export type { GradualResult } from './commands/pause.ts';
export type { PromoteOptions } from './commands/promote.ts';
export type { PlannedTraffic } from './plan/traffic.ts';
export type { GradualStatus, GradualSummary } from './store/gradual.ts';
export {
  ApiError,
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
export { ERROR_CODES, type ErrorCode } from './error-codes.ts';
export type { Finding, SourcePlace } from './findings/finding.ts';
export type { ResolvedWorker } from './resolve/resolved-worker.ts';
export type { Change } from './sections/change.ts';
export type { ReportedChange } from './sections/meaning.ts';
export { loadTenant, loadTenants, type LoadedTenant } from './tenants/tenants.ts';
export { openTenants, type TenantCatalog } from './tenants/catalog.ts';
export type { SourceProblem, TenantEntry } from './tenants/tenant-source.ts';
export { resolveWorker, type ResolveWorkerOptions } from './resolve/resolve-worker.ts';
export type { ResolvedResult } from './resolve/resolve-loaded.ts';
export { createDeployer } from './deployer.ts';
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
