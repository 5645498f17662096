import { isNeeded } from '@cf-deploy/deployer/security';
import { wipeStartEnvironment } from './wipe-start-environment.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment once and takes everything out of the process that a child has no need of, tokens and secrets
 * among it: what is started later cannot inherit it, nor, on Linux, read it from `/proc`.
 *
 * @param env the process's own environment, which is changed
 * @param wipe removes values from the memory that `/proc/<pid>/environ` shows
 */
export function takeEnvironment(
  env: Record<string, string | undefined>,
  wipe: (names: ReadonlySet<string>) => void = wipeStartEnvironment,
): Environment {
  const taken = { ...env };
  const names = new Set(Object.keys(env).filter((name) => !isNeeded(name)));
  for (const name of names) delete env[name];
  wipe(names);
  return taken;
}
