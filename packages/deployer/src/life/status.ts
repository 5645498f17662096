import type { StatusResult } from '../commands/status.ts';
import type { FleetOptions, FleetResult, LookOptions } from '../releases/for-many.ts';
import { statusAll } from '../releases/read-many.ts';
import type { Selection } from '../releases/selection/selection.ts';
import { createScope, type World } from '../session/world.ts';
import { findOrphans, type OrphanReport } from './orphans.ts';

/** How many stand, and what of theirs nobody names any more. */
export interface StatusOfAll extends FleetResult<StatusResult> {
  /** Null where only some targets were asked for. */
  readonly orphans: OrphanReport | null;
}

/** Reads how many stand; of all of them, also which Workers of their accounts are orphans. */
export async function statusOfAll(
  world: World,
  selection: Selection & FleetOptions & LookOptions,
): Promise<StatusOfAll> {
  const fleet = await statusAll(world, selection);
  const { env: _, parallel: __, continueOnError: ___, full: ____, ...conditions } = selection;
  const isEverything = Object.values(conditions).every((value) => value === undefined);
  const orphans = isEverything ? await findOrphans(world, createScope(world)) : null;
  return { ...fleet, calls: fleet.calls + (orphans?.calls ?? 0), orphans };
}
