import type {
  Deployer,
  DeployOptions,
  DeployResult,
  DriftOptions,
  DriftResult,
  FailedTenant,
  FleetOptions,
  FleetResult,
  PlanResult,
  Selection,
  StatusResult,
  ValidateResult,
} from '../deployer-api.ts';
import { deployTenant } from '../commands/deploy.ts';
import { driftTenant } from '../commands/drift.ts';
import { planTenant } from '../commands/plan.ts';
import { statusTenant } from '../commands/status.ts';
import { openTenant, openTenantForChange } from '../session/tenant-context.ts';
import { validateTenant } from '../commands/validate.ts';
import type { World } from '../session/world.ts';
import { runFleetCommand } from './command.ts';
import { failedDeploy, failedDrift, failedStatus } from './failed-results.ts';

/** The commands for many tenants. A tenant's failure is in its result; only a wrong selection throws. */
export function createFleetCommands(
  world: World,
): Pick<Deployer, 'validateAll' | 'planAll' | 'deployAll' | 'driftAll' | 'statusAll'> {
  return {
    validateAll: (selection) => validateAll(world, selection),
    planAll: (selection) => planAll(world, selection),
    deployAll: (selection) => deployAll(world, selection),
    driftAll: (selection) => driftAll(world, selection),
    statusAll: (selection) => statusAll(world, selection),
  };
}

function validateAll(world: World, selection: Selection): Promise<FleetResult<ValidateResult>> {
  const environment = environmentOf(selection);
  return runFleetCommand<ValidateResult>(
    world,
    { ...selection, continueOnError: true },
    {
      work: (run, target) => validateTenant(world, target, run),
      failed: (tenant, error) => ({
        tenant,
        environment,
        scriptName: null,
        findings: [{ severity: 'error', code: error.code, path: '', message: error.message }],
        valid: false,
      }),
      skipped: () => null,
      word: ({ valid }) => (valid ? 'valid' : 'invalid'),
      isFailure: ({ valid }) => !valid,
      callsOf: () => 0,
    },
  );
}

function planAll(
  world: World,
  selection: Selection & DeployOptions & FleetOptions,
): Promise<FleetResult<PlanResult | FailedTenant>> {
  const environment = environmentOf(selection);
  return runFleetCommand<PlanResult | FailedTenant>(
    world,
    { ...selection, continueOnError: true },
    {
      work: async (run, target) => planTenant(await openTenant(world, run, target), selection),
      failed: (tenant, error) => ({ tenant, environment, error: clean(world, error.toJSON()) }),
      skipped: () => null,
      word: (result) => ('error' in result ? 'failed' : result.action),
      isFailure: (result) => 'error' in result,
      callsOf: (result) => ('error' in result ? 0 : result.calls.spent),
    },
  );
}

async function deployAll(
  world: World,
  selection: Selection & DeployOptions & FleetOptions,
): Promise<FleetResult<DeployResult>> {
  const environment = environmentOf(selection);
  const startedAt = new Date(world.now()).toISOString();
  const result = await runFleetCommand<DeployResult>(world, selection, {
    work: async (run, target) => deployTenant(await openTenantForChange(world, run, target), selection),
    failed: (tenant, error) => failedDeploy(tenant, environment, clean(world, error.toJSON())),
    skipped: () => null,
    word: ({ status }) => status,
    isFailure: ({ status }) => status === 'failed' || status === 'rolled-back',
    callsOf: ({ calls }) => calls,
  });
  const record = await world.records.createFleet(environment, {
    schema: 1,
    kind: 'deploy-all',
    environment,
    startedAt,
    finishedAt: new Date(world.now()).toISOString(),
    summary: result.summary,
    calls: result.calls,
    durationMs: result.durationMs,
    tenants: result.results.map((tenant) => ({
      tenant: tenant.tenant,
      status: tenant.status,
      endState: tenant.endState,
      previousVersionId: tenant.previousVersionId,
      versionId: tenant.versionId,
      record: tenant.record,
      error: tenant.error,
    })),
  });
  return { ...result, record };
}

function driftAll(
  world: World,
  selection: Selection & FleetOptions & DriftOptions,
): Promise<FleetResult<DriftResult>> {
  const environment = environmentOf(selection);
  return runFleetCommand<DriftResult>(
    world,
    { ...selection, continueOnError: true },
    {
      work: async (run, target) => driftTenant(await openTenant(world, run, target), selection),
      failed: (tenant, error) => failedDrift(tenant, environment, clean(world, error.toJSON())),
      skipped: () => null,
      word: ({ drifted, error }) => (error === null ? (drifted ? 'drifted' : 'clean') : 'failed'),
      isFailure: ({ error }) => error !== null,
      callsOf: ({ calls }) => calls,
    },
  );
}

function statusAll(world: World, selection: Selection & FleetOptions): Promise<FleetResult<StatusResult>> {
  const environment = environmentOf(selection);
  return runFleetCommand<StatusResult>(
    world,
    { ...selection, continueOnError: true },
    {
      work: async (run, target) => statusTenant(await openTenant(world, run, target)),
      failed: (tenant, error) => failedStatus(tenant, environment, clean(world, error.toJSON())),
      skipped: () => null,
      word: ({ error, exists, health }) => (error === null ? (exists ? health.verdict : 'absent') : 'failed'),
      isFailure: ({ error }) => error !== null,
      callsOf: () => 0,
    },
  );
}

function clean(world: World, error: FailedTenant['error']): FailedTenant['error'] {
  return world.redactor.value(error);
}

function environmentOf({ env }: Selection): string | null {
  return env === undefined || env === '' ? null : env;
}
