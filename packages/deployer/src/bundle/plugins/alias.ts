import { createRequire } from 'node:module';
import path from 'node:path';
import type { Plugin } from 'esbuild';
import { escapeRegExp } from '../modules/glob.ts';

/**
 * Replaces whole import specifiers. Targets are resolved from the project folder with Node's resolution, not from the
 * importing file; sub-paths of an aliased package are left alone.
 *
 * @see https://developers.cloudflare.com/workers/wrangler/configuration/#module-aliasing
 */
export function aliasImports(alias: Readonly<Record<string, string>>, projectDir: string): Plugin {
  const targets = new Map(Object.entries(alias));
  return {
    name: 'alias',
    setup(build) {
      if (targets.size === 0) return;
      const specifiers = [...targets.keys()].map((specifier) => escapeRegExp(specifier));
      const resolveFrom = createRequire(path.join(projectDir, 'alias.js'));
      build.onResolve({ filter: new RegExp(`^(${specifiers.join('|')})$`) }, ({ path: specifier }) => {
        const target = targets.get(specifier);
        if (target === undefined) return null;
        try {
          return { path: resolveFrom.resolve(target) };
        } catch {
          return {
            errors: [
              {
                text: `The alias of "${specifier}" points at "${target}", which does not resolve from the project folder.`,
              },
            ],
          };
        }
      });
    },
  };
}
