import type { DeployResult } from './apply/result.ts';
import { exitStatusOf, type ExitStatus, type FailedTenant, type Judged } from './commands/command.ts';
import { deployCommand } from './commands/deploy.ts';
import {
  destroyCommand,
  planDestroyCommand,
  type DestroyPlan,
  type DestroyResult,
} from './commands/destroy.ts';
import { doctorCommand, type DoctorResult } from './commands/doctor.ts';
import { driftCommand, type DriftResult } from './commands/drift.ts';
import { planCommand } from './commands/plan.ts';
import { secretsCommand, type SecretsListResult } from './commands/secrets.ts';
import { statusCommand, type StatusResult } from './commands/status.ts';
import { validateCommand, type ValidateResult } from './commands/validate.ts';
import { tenantCommand, type TenantResult } from './life/tenant-result.ts';
import type { PlanResult } from './plan/result.ts';
import { releaseCommand, type ReleaseRun } from './releases/release-run.ts';

/** The results that can be failures or find something, by command. `release`: a deploy, resume or rollback of many. */
export interface JudgedResults {
  readonly validate: ValidateResult;
  readonly plan: PlanResult | FailedTenant;
  readonly deploy: DeployResult;
  readonly rollback: DeployResult;
  readonly release: ReleaseRun;
  readonly drift: DriftResult;
  readonly status: StatusResult;
  readonly secrets: SecretsListResult;
  readonly doctor: DoctorResult;
  readonly destroy: DestroyResult;
  readonly planDestroy: DestroyPlan;
  readonly tenant: TenantResult;
}

const JUDGED: { readonly [N in keyof JudgedResults]: Judged<JudgedResults[N]> } = {
  validate: validateCommand,
  plan: planCommand,
  deploy: deployCommand,
  rollback: deployCommand,
  release: releaseCommand,
  drift: driftCommand,
  status: statusCommand,
  secrets: secretsCommand,
  doctor: doctorCommand,
  destroy: destroyCommand,
  planDestroy: planDestroyCommand,
  tenant: tenantCommand,
};

/**
 * Exit status of a command that ends with these results, one for each target: 0 done, 1 failed or not known, 2 differences
 * found, 3 invalid input, 4 credentials.
 *
 * @param options - `differences`: whether differences count @default true
 * @example
 * process.exitCode = exitStatus('drift', [await deployer.drift({ tenant: 'acme', env: 'production' })]);
 */
export function exitStatus<N extends keyof JudgedResults>(
  command: N,
  results: readonly JudgedResults[N][],
  options: { readonly differences?: boolean } = {},
): ExitStatus {
  return exitStatusOf<JudgedResults[N]>(JUDGED[command], results, options);
}
