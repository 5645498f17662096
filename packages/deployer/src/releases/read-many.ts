import { driftCommand, driftTenant, type DriftOptions, type DriftResult } from '../commands/drift.ts';
import { statusCommand, statusTenant, type StatusResult } from '../commands/status.ts';
import { validateCommand, validateResolved, type ValidateResult } from '../commands/validate.ts';
import { openNamedTenant } from '../session/named-worker.ts';
import { openTenant } from '../session/tenant-context.ts';
import { createScope, type World } from '../session/world.ts';
import {
  forMany,
  type FleetOptions,
  type FleetPlace,
  type FleetResult,
  type LookOptions,
  type ManyCommand,
} from './for-many.ts';
import type { Selection } from './selection/selection.ts';
import { createSurvey, type Survey } from './survey/survey.ts';

/** Validates many, and holds all targets of the project against each other. */
export function validateAll(world: World, selection: Selection): Promise<FleetResult<ValidateResult>> {
  return withSurvey(world, selection, (surveyIn) => ({
    ...validateCommand,
    work: async (target, place) => {
      const resolved = await surveyIn(place).look(target);
      return validateResolved(place.world, place.scope, { target, resolved });
    },
  }));
}

/** Does a command for many; its findings are about the project as a whole, whatever the selection. */
export async function withSurvey<R extends { readonly tenant: string }>(
  world: World,
  selection: Selection & FleetOptions & LookOptions,
  command: (surveyIn: (place: FleetPlace) => Survey) => ManyCommand<R>,
): Promise<FleetResult<R>> {
  let survey: Survey | undefined;
  const fleet = await forMany(
    world,
    selection,
    command((place) => (survey ??= createSurvey(place.world, place.scope))),
  );
  const findings = await (survey ?? createSurvey(world, createScope(world))).finish(selection.env);
  return { ...fleet, findings };
}

/** Looks for drift of many. */
export function driftAll(
  world: World,
  selection: Selection & FleetOptions & DriftOptions & LookOptions,
): Promise<FleetResult<DriftResult>> {
  return forMany(world, selection, {
    ...driftCommand,
    work: async (target, place) => {
      const context = await openTenant(place.world, place.scope, target);
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
      const context = await openNamedTenant(place.world, place.scope, target);
      return statusTenant(context, place.memory(context));
    },
  });
}
