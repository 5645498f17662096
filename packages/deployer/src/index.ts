/** The public API of the library: an explicit list, nothing else is public. */
export type {
  BuildResult,
  ConfigResult,
  Deployer,
  DeployerOptions,
  DeployEvent,
  DeployOptions,
  DeployResult,
  DoctorCheck,
  DoctorResult,
  DriftOptions,
  DriftResult,
  EndState,
  FailedTenant,
  FleetOptions,
  FleetResult,
  HealthReport,
  PlannedStep,
  PlanResult,
  RollbackOptions,
  SecretsListResult,
  Selection,
  StatusResult,
  Target,
  ValidateResult,
  VersionEntry,
  VersionsResult,
} from './deployer-api.ts';
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
export { ERROR_CODES, type ErrorCode } from './error-codes.ts';
export type { Finding, SourcePlace } from './config/finding.ts';
export type { ResolvedWorker } from './config/resolved-worker.ts';
export type { Change } from './state/worker-state.ts';
export { loadTenant, loadTenants, type LoadedTenant } from './config/tenants.ts';
export { resolveWorker, type ResolvedResult, type ResolveWorkerOptions } from './config/resolve-worker.ts';
export { createDeployer } from './deployer.ts';
export { defineConfig, type ProjectRules } from './config/project-config.ts';
export { loadProjectConfig, type LoadedProject } from './config/load-project-config.ts';
export { bundleWorker } from './bundle/bundle-worker.ts';
export { createBuildCache, type BuildCache } from './bundle/build-cache.ts';
export type { Bundle, BundleModule } from './bundle/bundle.ts';
export { startFailure, type StartFailureReport } from './bundle/start-failure.ts';
export { desiredState } from './state/desired.ts';
export { diffStates, type StateDiff } from './state/diff.ts';
export type { Section, WorkerState } from './state/worker-state.ts';
export { buildUploadMetadata, type UploadInputs } from './deploy/upload-metadata.ts';
export { Secret } from './credentials/secret.ts';
export { recordSchema, type DeploymentRecord } from './records/record.ts';
