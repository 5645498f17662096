import type { BuildOptions } from '../resolve/resolved-worker.ts';
import { buildBaseDir } from './base-dir.ts';
import type { BuildCache, BuildContext } from './build-context.ts';
import type { Bundle } from './bundle.ts';

/** An empty cache, for one run: it does not notice changed files. */
export function createBuildCache(): BuildCache {
  const bundles = new Map<string, Promise<Bundle>>();
  let shared = 0;
  return {
    get(key, build) {
      const known = bundles.get(key);
      if (known !== undefined) {
        shared += 1;
        return known;
      }
      const bundle = build();
      bundles.set(key, bundle);
      return bundle;
    },
    get builds() {
      return bundles.size;
    },
    get shared() {
      return shared;
    },
  };
}

/**
 * Everything that decides the bytes of a bundle, and nothing that only decides the upload (variables, bindings, name).
 * The tenant's own folder counts only when something in the build is looked up from it.
 */
export function buildKey(build: BuildOptions, context: BuildContext): string {
  const baseDir = buildBaseDir(build, context.rootDir);
  return JSON.stringify({
    ...build,
    alias: sorted(build.alias),
    define: sorted(build.define),
    projectDir: usesProjectDir(build, context) ? build.projectDir : null,
    baseDir: [baseDir, build.baseDir],
    compatibilityDate: context.compatibilityDate,
    compatibilityFlags: [...new Set(context.compatibilityFlags)].toSorted(),
    nodeEnv: context.nodeEnv ?? null,
  });
}

/** Whether something in the build is looked up from the tenant's own folder. */
export function usesProjectDir(build: BuildOptions, context: BuildContext): boolean {
  return (
    buildBaseDir(build, context.rootDir) === build.projectDir ||
    build.command !== null ||
    build.baseDir !== null ||
    Object.keys(build.alias).length > 0
  );
}

function sorted(record: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
