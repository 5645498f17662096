import type { FleetOptions, LookOptions } from '../releases/for-many.ts';
import type { Selection } from '../releases/selection/selection.ts';
import type { NamedTarget } from '../session/target.ts';
import type { World } from '../session/world.ts';
import {
  destroyAll,
  planDestroyAll,
  type DestroyPlans,
  type DestroyRequest,
  type DestroyRun,
} from './destroy.ts';

import { planPrune, prune, type PruneOptions, type PrunePlans, type PruneRun } from './prune.ts';
import { addTenant } from './tenant-add.ts';
import { removeTenant } from './tenant-remove.ts';
import { moveTenant, renameTenant } from './tenant-switch.ts';
import type { TenantResult } from './tenant-result.ts';
import { statusOfAll, type StatusOfAll } from './status.ts';

/** What begins and ends the life of tenants, beside their deploys. */
export interface LifeCommands {
  /**
   * Destroys a tenant's Workers, all of them unless one is named, with what leads to them; data only `withData`.
   * @throws DeployError for everything found before the first step
   */
  destroy(target: NamedTarget & DestroyRequest): Promise<DestroyRun>;
  destroyAll(selection: Selection & DestroyRequest): Promise<DestroyRun>;
  /** What `destroy` would take away. Only reads. */
  planDestroy(target: (NamedTarget | Selection) & DestroyRequest): Promise<DestroyPlans>;
  /** Destroys Workers that this project deployed and nothing in it names any more. @throws ConfigError NOT_CONFIRMED */
  prune(options?: PruneOptions): Promise<PruneRun>;
  /** What `prune` would take away, and what cannot be told. Only reads. */
  planPrune(options?: PruneOptions): Promise<PrunePlans>;
  /** Adds a tenant to the files. @throws ConfigError USAGE, NOT_EDITABLE, CONFIG_INVALID */
  addTenant(options: Parameters<typeof addTenant>[1]): Promise<TenantResult>;
  /** Destroys what is deployed of a tenant, and takes it out of the files. */
  removeTenant(options: Parameters<typeof removeTenant>[1]): Promise<TenantResult>;
  /** Gives a tenant another id, and brings what is deployed to the names that derive from it. */
  renameTenant(options: Parameters<typeof renameTenant>[1]): Promise<TenantResult>;
  /** Brings a tenant into another account. */
  moveTenant(options: Parameters<typeof moveTenant>[1]): Promise<TenantResult>;
  /** How many stand; of all of them, also which Workers of their accounts are orphans. */
  statusAll(selection: Selection & FleetOptions & LookOptions): Promise<StatusOfAll>;
}

/** The commands of one deployer. */
export function lifeCommands(world: World, guarded: <T>(work: () => Promise<T>) => Promise<T>): LifeCommands {
  return {
    destroy: (target) => guarded(() => destroyAll(world, target, target)),
    destroyAll: (selection) => guarded(() => destroyAll(world, selection, selection)),
    prune: (options = {}) => guarded(() => prune(world, options)),
    planPrune: (options = {}) => guarded(() => planPrune(world, options)),
    addTenant: (options) => guarded(() => addTenant(world, options)),
    removeTenant: (options) => guarded(() => removeTenant(world, options)),
    renameTenant: (options) => guarded(() => renameTenant(world, options)),
    moveTenant: (options) => guarded(() => moveTenant(world, options)),
    statusAll: (selection) => guarded(() => statusOfAll(world, selection)),
    planDestroy: (target) => guarded(() => planDestroyAll(world, target, target)),
  };
}
