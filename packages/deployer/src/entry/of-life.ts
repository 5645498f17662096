import type { World } from '../session/world.ts';
import type { LifeCommands } from '../life/commands.ts';
import { later, type Ways } from './ways.ts';

/** What begins and ends the life of tenants, loaded when it is asked for. */
export function commandsOfLife(world: World, { guarded }: Ways): LifeCommands {
  const life = async (): Promise<LifeCommands> => (await later()).lifeCommands(world, guarded);
  return {
    destroy: async (target) => (await life()).destroy(target),
    destroyAll: async (selection) => (await life()).destroyAll(selection),
    planDestroy: async (target) => (await life()).planDestroy(target),
    prune: async (options) => (await life()).prune(options),
    planPrune: async (options) => (await life()).planPrune(options),
    addTenant: async (options) => (await life()).addTenant(options),
    removeTenant: async (options) => (await life()).removeTenant(options),
    renameTenant: async (options) => (await life()).renameTenant(options),
    moveTenant: async (options) => (await life()).moveTenant(options),
    statusAll: async (selection) => (await life()).statusAll(selection),
  };
}
