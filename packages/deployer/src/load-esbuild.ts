import { createRequire } from 'node:module';
import { isNeeded } from './security/child-environment.ts';

type Esbuild = typeof import('esbuild');

let loaded: Esbuild | undefined;

/**
 * Starts esbuild's process ahead of the first build, while something else takes time.
 *
 * @param load puts esbuild, whose file it is given, where `require` finds it
 */
export function startEsbuild(load?: (file: string) => void): Esbuild {
  load?.(createRequire(import.meta.url).resolve('esbuild'));
  return loadEsbuild();
}

/** Takes the one that was started by another copy of this file: the program has its own, and finding esbuild takes time. */
export function adoptEsbuild(esbuild: Esbuild): void {
  loaded = esbuild;
}

/**
 * esbuild, loaded when something is first built. By `require`: for `import` Node would first search esbuild's text for
 * the names of its exports, which takes as long as loading it. Its process is started here, so that it never sees more of
 * the environment than it needs, whoever calls the library.
 */
export function loadEsbuild(): Esbuild {
  if (loaded !== undefined) return loaded;
  const esbuild = createRequire(import.meta.url)('esbuild') as Esbuild;
  loaded = esbuild;
  withBareEnvironment(() => {
    esbuild.transform('').catch(() => undefined);
  });
  return esbuild;
}

/**
 * Runs something that starts a process and cannot be told with which environment. All of it is synchronous, so nothing
 * else of the program sees the variables missing.
 */
function withBareEnvironment(start: () => void): void {
  const hidden = Object.entries(process.env).filter(([name]) => !isNeeded(name));
  try {
    for (const [name] of hidden) delete process.env[name];
    start();
  } finally {
    for (const [name, value] of hidden) process.env[name] = value;
  }
}
