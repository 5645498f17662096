import type { FailedTenant } from '../commands/command.ts';
import type { DeployOptions } from '../commands/deploy.ts';
import { driftCommand, driftTenant, type DriftOptions, type DriftResult } from '../commands/drift.ts';
import { planCommand, planTenant } from '../commands/plan.ts';
import { statusCommand, statusTenant, type StatusResult } from '../commands/status.ts';
import { validateCommand, validateResolved, type ValidateResult } from '../commands/validate.ts';
import type { PlanResult } from '../plan/result.ts';
import { openNamedTenant } from '../session/named-worker.ts';
import { openTenant } from '../session/tenant-context.ts';
import { createRun, type World } from '../session/world.ts';
import { forMany, type FleetOptions, type FleetResult, type LookOptions } from './for-many.ts';
import type { Selection } from './selection/selection.ts';
import { createSurvey, type Survey } from './survey/survey.ts';

/** Validates many, and holds them against each other. */
export async function validateAll(world: World, selection: Selection): Promise<FleetResult<ValidateResult>> {
  let survey: Survey | undefined;
  const fleet = await forMany(world, selection, {
    ...validateCommand,
    work: async (target, { run }) => {
      survey ??= createSurvey(world, run);
      return validateResolved(world, run, { target, resolved: await survey.look(target) });
    },
  });
  return {
    ...fleet,
    findings: await (survey ?? createSurvey(world, createRun(world))).finish(selection.env),
  };
}

/** Plans many. */
export function planAll(
  world: World,
  selection: Selection & DeployOptions & FleetOptions & LookOptions,
): Promise<FleetResult<PlanResult | FailedTenant>> {
  return forMany(world, selection, {
    ...planCommand,
    work: async (target, place) => {
      const context = await openTenant(place.world, place.run, target);
      return planTenant(context, selection, place.memory(context));
    },
  });
}

/** Looks for drift of many. */
export function driftAll(
  world: World,
  selection: Selection & FleetOptions & DriftOptions & LookOptions,
): Promise<FleetResult<DriftResult>> {
  return forMany(world, selection, {
    ...driftCommand,
    work: async (target, place) => {
      const context = await openTenant(place.world, place.run, target);
      return driftTenant(context, selection, place.memory(context));
    },
  });
}

/** Reads how many stand. */
export function statusAll(
  world: World,
  selection: Selection & FleetOptions & LookOptions,
): Promise<FleetResult<StatusResult>> {
  return forMany(world, selection, {
    ...statusCommand,
    work: async (target, place) => {
      const context = await openNamedTenant(place.world, place.run, target);
      return statusTenant(context, place.memory(context));
    },
  });
}
