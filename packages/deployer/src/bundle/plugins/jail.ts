import { createRequire } from 'node:module';
import path from 'node:path';
import type { Plugin } from 'esbuild';
import { type Jail, JAIL_HINT } from '../../security/jail.ts';
import { beginsWithNone } from '../../text/begins-with-none.ts';
import { nameOf } from '../assert-inside.ts';
import { madeLate } from '../../made-late.ts';

/** Late: finding where the library is takes 5 ms. */
const resolveOwn = madeLate(() => createRequire(import.meta.url));

/** When esbuild asks whether it may read a file. */
export type JailAsks = 'always' | 'outside';

/**
 * Lets esbuild read only files inside the jail, however an import, an alias, a tsconfig path or a link leads to them,
 * and the polyfills this tool brings with it.
 *
 * @param asks - `outside`: files in the folders of the jail are read unasked, and whoever uses the result has to look
 *   at its inputs ({@link readOnlyAllowed}). esbuild waits for every answer, which takes as long as all the rest of it
 */
export async function jailedFiles(jail: Jail, rootDir: string, asks: JailAsks): Promise<Plugin> {
  const own = ownPackages();
  const unasked = asks === 'always' ? [] : [...(await jail.folders()).map(withSeparator), ...own];
  return {
    name: 'jail',
    setup(build) {
      build.onLoad({ filter: beginsWithNone(unasked), namespace: 'file' }, async ({ path: file }) => {
        if (isOwn(file, own)) return null;
        const refusal = await jail.refusal(file);
        if (refusal === null) return null;
        return { errors: [{ text: `${nameOf(file, rootDir)} ${refusal}.`, notes: [{ text: JAIL_HINT }] }] };
      });
    },
  };
}

/**
 * Whether all that esbuild read may be read.
 *
 * @param inputs - as esbuild lists them: paths from its working folder; a module of a plugin is at no path that exists
 */
export async function readOnlyAllowed(
  jail: Jail,
  inputs: readonly string[],
  baseDir: string,
): Promise<boolean> {
  const own = ownPackages();
  const refusals = await Promise.all(
    inputs
      .map((input) => path.resolve(baseDir, input))
      .map((file) => (isOwn(file, own) ? null : jail.refusal(file))),
  );
  return refusals.every((refusal) => refusal === null);
}

function isOwn(file: string, own: readonly string[]): boolean {
  return own.some((folder) => file.startsWith(folder));
}

/** Folders of the packages that polyfills come from, with a separator at the end. */
function ownPackages(): readonly string[] {
  return ['unenv', '@cloudflare/unenv-preset'].flatMap((name) => {
    const folders = resolveOwn().resolve.paths(name) ?? [];
    return folders.map((folder) => withSeparator(path.join(folder, name)));
  });
}

function withSeparator(folder: string): string {
  return folder.endsWith(path.sep) ? folder : folder + path.sep;
}
