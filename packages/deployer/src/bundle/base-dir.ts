import path from 'node:path';
import type { BuildOptions } from '../resolve/resolved-worker.ts';

/**
 * The folder a build is anchored in: the project's own, or, for an entry outside of it, the root, so that tenants that
 * share a source get the same bundle, byte for byte.
 */
export function buildBaseDir(build: Pick<BuildOptions, 'main' | 'projectDir'>, rootDir: string): string {
  const relative = path.relative(build.projectDir, build.main);
  return relative.startsWith('..') || path.isAbsolute(relative) ? rootDir : build.projectDir;
}
