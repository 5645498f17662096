import type { FailedTenant } from '../commands/command.ts';
import type { DeployOptions } from '../commands/deploy.ts';
import { doingWithout, notYetThere } from '../commands/first-upload.ts';
import { planCommand, planTenant } from '../commands/plan.ts';
import type { PlanResult } from '../plan/result.ts';
import { expecting, openTenant, type TenantContext } from '../session/tenant-context.ts';
import type { World } from '../session/world.ts';
import { needsAmong, orderMembers } from './begin.ts';
import { scriptOf, waiting } from './first-uploads.ts';
import type { FleetOptions, FleetResult, LookOptions } from './for-many.ts';
import { withSurvey } from './read-many.ts';
import { type CommandTarget, type FleetMember, targetName } from './selection/fleet-target.ts';
import type { Selection } from './selection/selection.ts';

/** Plans many, and holds all targets of the project against each other, as a deploy of them would, in its order. */
export function planAll(
  world: World,
  selection: Selection & DeployOptions & FleetOptions & LookOptions,
): Promise<FleetResult<PlanResult | FailedTenant>> {
  let together: Together | undefined;
  return withSurvey(world, selection, (surveyIn) => ({
    ...planCommand,
    look: (target, place) => surveyIn(place).look(target),
    order: (found) => {
      together = runOf(found);
      return together.members;
    },
    work: async (target, place) => {
      const context = await openTenant(place.world, place.scope, target);
      const inRun = (await together?.inRun(target, context)) ?? context;
      return planTenant(inRun, selection, place.memory(context));
    },
  }));
}

/** What targets of one run are to each other. */
interface Together {
  readonly members: readonly FleetMember[];
  /** The context of a target as it will be when its turn comes. */
  readonly inRun: (target: CommandTarget, context: TenantContext) => Promise<TenantContext>;
}

function runOf(found: readonly FleetMember[]): Together {
  const { members, begun } = orderMembers(found);
  const needs = needsAmong(members);
  const byName = new Map(members.map((member) => [nameOf(member), member]));
  return {
    members,
    async inRun({ tenant, worker }, context) {
      const member = byName.get(targetName(tenant, worker ?? null));
      if (member === undefined) return context;
      const own = needs(member);
      const before = new Set(own.map(({ item }) => scriptOf(item)));
      if (before.size === 0) return context;
      const coming = expecting(context, before);
      return begun.has(member)
        ? doingWithout(coming, await notYetThere(context, waiting(member, own)))
        : coming;
    },
  };
}

function nameOf({ tenant, worker }: FleetMember): string {
  return targetName(tenant, worker);
}
