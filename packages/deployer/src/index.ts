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
