import type { FailedTenant } from '../commands/command.ts';
import type { DeployOptions } from '../commands/deploy.ts';
import { doingWithout, notYetThere } from '../commands/first-upload.ts';
import { planCommand, planTenant } from '../commands/plan.ts';
import type { PlanResult } from '../plan/result.ts';
import type { ResolvedResult } from '../resolve/resolve-loaded.ts';
import { accepted, expecting, openResolved, type TenantContext } from '../session/tenant-context.ts';
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
  /** What their files came to, until they are planned: each is resolved once. */
  const resolved = new Map<string, Map<string | undefined, ResolvedResult>>();
  const taken = ({ tenant, worker }: CommandTarget): ResolvedResult | undefined => {
    const own = resolved.get(tenant);
    // The only Worker of a tenant needs no name, and may have one.
    const name = worker ?? own?.keys().next().value;
    const result = own?.get(name);
    own?.delete(name);
    return result;
  };
  let together: Together | undefined;
  return withSurvey(world, selection, (surveyIn) => ({
    ...planCommand,
    look: async (target, place) => {
      const result = await surveyIn(place).look(target);
      const own = resolved.get(target.tenant) ?? new Map<string | undefined, ResolvedResult>();
      resolved.set(target.tenant, own.set(target.worker, result));
      return result;
    },
    order: (found) => {
      together = runOf(found);
      return together.members;
    },
    work: async (target, place) => {
      const { tenant } = target;
      const known = taken(target) ?? (await surveyIn(place).look(target));
      const worker = await accepted(place.world, place.run, known, tenant);
      const context = await openResolved(place.world, place.run, worker);
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
