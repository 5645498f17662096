/** The commands that `entry` loads when they are first asked for, in one piece. */
export { abortTenant } from '../commands/abort.ts';
export { buildTenant } from '../commands/build.ts';
export { runDoctor } from '../commands/doctor.ts';
export { driftTenant } from '../commands/drift.ts';
export { pauseTenant } from '../commands/pause.ts';
export { promoteTenant } from '../commands/promote.ts';
export { planRollbackTenant, rollbackTenant } from '../commands/rollback.ts';
export {
  deleteTenantSecret,
  listTenantSecrets,
  pushTenantSecrets,
  putTenantSecret,
} from '../commands/secrets.ts';
export { statusTenant } from '../commands/status.ts';
export { versionsTenant } from '../commands/versions.ts';
export { lifeCommands } from '../life/commands.ts';
export { driftAll, validateAll } from '../releases/read-many.ts';
export { planAll } from '../releases/plan-many.ts';
export { deployAll } from '../releases/deploy-release.ts';
export { freeze, thaw } from '../releases/freeze.ts';
export { refuseUnknownEnvironment } from '../releases/known-environment.ts';
export { listReleases, resume, rollbackRelease, showRelease, stopRelease } from '../releases/manage.ts';
export { tenantWorkers } from '../releases/selection/tenant-workers.ts';
export { openNamedTenant, openNamedTenantForChange } from '../session/named-worker.ts';
