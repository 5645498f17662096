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
}

/** The commands of one deployer. */
export function lifeCommands(world: World, guarded: <T>(work: () => Promise<T>) => Promise<T>): LifeCommands {
  return {
    destroy: (target) => guarded(() => destroyAll(world, target, target)),
    destroyAll: (selection) => guarded(() => destroyAll(world, selection, selection)),
    planDestroy: (target) => guarded(() => planDestroyAll(world, target, target)),
  };
}
