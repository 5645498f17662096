import { createRequire } from 'node:module';
import { isNeeded } from './security/child-environment.ts';

const require = createRequire(import.meta.url);

let started = false;

/** Starts esbuild's process ahead of the first build, while something else takes time. */
export function startEsbuild(): void {
  loadEsbuild();
}

/**
 * esbuild, loaded when something is first built. By `require`: for `import` Node would first search esbuild's text for
 * the names of its exports, which takes as long as loading it. Its process is started here, so that it never sees more of
 * the environment than it needs, whoever calls the library.
 */
export function loadEsbuild(): typeof import('esbuild') {
  const esbuild = require('esbuild') as typeof import('esbuild');
  if (!started) {
    started = true;
    withBareEnvironment(() => {
      esbuild.transform('').catch(() => undefined);
    });
  }
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
