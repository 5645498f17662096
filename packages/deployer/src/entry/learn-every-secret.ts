import type { DeployerOptions } from '../session/deployer-options.ts';
import { learnAllSecrets } from '../session/learn-secrets.ts';
import { createScope, createWorld } from '../session/world.ts';

/**
 * Teaches the redactor the secrets of every tenant, as far as they can be read: for a program that has to print what it
 * found wrong before any command of the library was asked for. Never throws.
 */
export async function learnEverySecret(
  options: Pick<DeployerOptions, 'root' | 'env'> & Required<Pick<DeployerOptions, 'redactor'>>,
): Promise<void> {
  try {
    const world = createWorld(options);
    await learnAllSecrets(world, createScope(world));
  } catch {
    // What the environment has wrong is somebody else's error.
  }
}
