import { createWorld } from '../session/world.ts';
import type { DeployerOptions } from '../session/deployer-options.ts';
import type { Deployer } from './deployer.ts';
import { commandsForMany } from './for-many.ts';
import { commandsForOne } from './for-one.ts';
import { commandsOfLife } from './of-life.ts';
import { waysInto } from './ways.ts';

/**
 * Makes a deployer for one project. Nothing is read or sent before a method is called.
 *
 * @example
 * const deployer = createDeployer({ root: process.cwd() });
 * const { versionId } = await deployer.deploy({ tenant: 'acme', env: 'staging' });
 * @throws ConfigError BASE_URL_REFUSED
 */
export function createDeployer(options: DeployerOptions): Deployer {
  const world = createWorld(options);
  const ways = waysInto(world);
  return {
    ...commandsForOne(world, ways),
    ...commandsForMany(world, ways),
    ...commandsOfLife({ ...world, budget: world.sharedBudget }, ways),
  };
}
