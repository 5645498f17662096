import type { DeployOptions } from '../commands/deploy.ts';
import type { PlanResult } from '../plan/result.ts';
import type { Selection } from './selection/selection.ts';
import type { Finding } from '../findings/finding.ts';
import { type DriftOptions, type DriftResult, driftTenant } from '../commands/drift.ts';
import { planTenant } from '../commands/plan.ts';
import { type StatusResult, statusTenant } from '../commands/status.ts';
import { openNamedTenant } from '../session/named-worker.ts';
import { openTenant } from '../session/tenant-context.ts';
import { type ValidateResult, validateResolved } from '../commands/validate.ts';
import type { World } from '../session/world.ts';
import {
  type FailedTenant,
  type FleetOptions,
  type FleetResult,
  type LookOptions,
  runFleetCommand,
} from './command.ts';
import { createSurvey, type Survey } from './survey/survey.ts';
import { failedDrift, failedStatus } from './failed-results.ts';

/** Validates many, and holds them against each other. A tenant's failure is in its result; only a wrong selection throws. */
export async function validateAll(world: World, selection: Selection): Promise<FleetResult<ValidateResult>> {
  const environment = environmentOf(selection);
  let survey: Survey | undefined;
  let findings: readonly Finding[] = [];
  const result = await runFleetCommand<ValidateResult>(world, selection, {
    work: async (target, { run }) => {
      survey ??= createSurvey(world, run);
      return validateResolved(world, run, { target, resolved: await survey.look(target) });
    },
    after: async (run) => {
      findings = await (survey ?? createSurvey(world, run)).finish(selection.env);
    },
    failed: (tenant, error) => ({
      tenant,
      environment,
      scriptName: null,
      findings: [{ severity: 'error', code: error.code, path: '', message: error.message }],
      valid: false,
    }),
    word: ({ valid }) => (valid ? 'valid' : 'invalid'),
    isFailure: ({ valid }) => !valid,
  });
  return { ...result, findings };
}

/** Plans many, as {@link validateAll} does. */
export function planAll(
  world: World,
  selection: Selection & DeployOptions & FleetOptions & LookOptions,
): Promise<FleetResult<PlanResult | FailedTenant>> {
  const environment = environmentOf(selection);
  return runFleetCommand<PlanResult | FailedTenant>(world, selection, {
    work: async (target, place) => {
      const context = await openTenant(place.world, place.run, target);
      return planTenant(context, selection, place.memory(context));
    },
    failed: (tenant, error) => ({ tenant, environment, error: clean(world, error.toJSON()) }),
    word: planWord,
    isFailure: (result) => ['failed', 'undeployable'].includes(planWord(result)),
  });
}

/** Looks for drift of many, as {@link validateAll} does. */
export function driftAll(
  world: World,
  selection: Selection & FleetOptions & DriftOptions & LookOptions,
): Promise<FleetResult<DriftResult>> {
  const environment = environmentOf(selection);
  return runFleetCommand<DriftResult>(world, selection, {
    work: async (target, place) => {
      const context = await openTenant(place.world, place.run, target);
      return driftTenant(context, selection, place.memory(context));
    },
    failed: (tenant, error) => failedDrift(tenant, environment, clean(world, error.toJSON())),
    word: ({ outcome, error }) => (error === null ? outcome : 'failed'),
    isFailure: ({ error }) => error !== null,
  });
}

/** Reads the status of many, as {@link validateAll} does. */
export function statusAll(
  world: World,
  selection: Selection & FleetOptions & LookOptions,
): Promise<FleetResult<StatusResult>> {
  const environment = environmentOf(selection);
  return runFleetCommand<StatusResult>(world, selection, {
    work: async (target, place) => {
      const context = await openNamedTenant(place.world, place.run, target);
      return statusTenant(context, place.memory(context));
    },
    failed: (tenant, error) => failedStatus(tenant, environment, clean(world, error.toJSON())),
    word: ({ error, exists, health }) => (error === null ? (exists ? health.verdict : 'absent') : 'failed'),
    isFailure: ({ error }) => error !== null,
  });
}

/** A target whose plan has an error cannot be deployed, whatever it would do. */
function planWord(result: PlanResult | FailedTenant): string {
  if ('error' in result) return 'failed';
  return result.findings.some(({ severity }) => severity === 'error') ? 'undeployable' : result.action;
}

function clean(world: World, error: FailedTenant['error']): FailedTenant['error'] {
  return world.redactor.value(error);
}

function environmentOf({ env }: Selection): string | null {
  return env === undefined || env === '' ? null : env;
}
