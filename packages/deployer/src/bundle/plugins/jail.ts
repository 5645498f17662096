import { createRequire } from 'node:module';
import path from 'node:path';
import type { Plugin } from 'esbuild';
import { type Jail, JAIL_HINT } from '../../security/jail.ts';
import { nameOf } from '../assert-inside.ts';

const resolveOwn = createRequire(import.meta.url);

/**
 * Lets esbuild read only files inside the jail, however an import, an alias, a tsconfig path or a link leads to them,
 * and the polyfills this tool brings with it.
 */
export function jailedFiles(jail: Jail, rootDir: string): Plugin {
  const own = ownPackages();
  return {
    name: 'jail',
    setup(build) {
      build.onLoad({ filter: /.*/, namespace: 'file' }, async ({ path: file }) => {
        if (own.some((folder) => file.startsWith(folder))) return null;
        const refusal = await jail.refusal(file);
        if (refusal === null) return null;
        return { errors: [{ text: `${nameOf(file, rootDir)} ${refusal}.`, notes: [{ text: JAIL_HINT }] }] };
      });
    },
  };
}

/** Folders of the packages that polyfills come from, with a separator at the end. */
function ownPackages(): readonly string[] {
  return ['unenv', '@cloudflare/unenv-preset'].flatMap((name) => {
    const folders = resolveOwn.resolve.paths(name) ?? [];
    return folders.map((folder) => path.join(folder, name) + path.sep);
  });
}
