import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Starts esbuild's process ahead of the first build, while something else takes time. */
export function startEsbuild(): void {
  loadEsbuild()
    .transform('')
    .catch(() => undefined);
}

/**
 * esbuild, loaded when something is first built. By `require`: for `import` Node would first search esbuild's text for
 * the names of its exports, which takes as long as loading it.
 */
export function loadEsbuild(): typeof import('esbuild') {
  return require('esbuild') as typeof import('esbuild');
}
