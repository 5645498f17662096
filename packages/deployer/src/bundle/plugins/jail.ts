import { createRequire } from 'node:module';
import path from 'node:path';
import type { Message, Plugin } from 'esbuild';
import { isFolder, textOf } from '../../on-disk.ts';
import { type Jail, JAIL_HINT } from '../../security/jail.ts';
import { beginsWithNone } from '../../text/begins-with-none.ts';
import { nameOf } from '../assert-inside.ts';
import { isVirtual } from '../compile/stable-paths.ts';
import { madeLate } from '../../made-late.ts';

/** When esbuild asks whether it may read a file. */
export type JailAsks = 'always' | 'outside';

/**
 * Lets esbuild read only files inside the jail, however an import, an alias, a tsconfig path or a link leads to them,
 * and the polyfills this tool brings with it.
 *
 * @param asks - `outside`: files in the folders of the jail are read unasked, and whoever uses the result has to look
 *   at its inputs ({@link readOnlyAllowed}). esbuild waits for every answer, which takes as long as all the rest of it
 */
export function jailedFiles(jail: Jail, rootDir: string, asks: JailAsks): Plugin {
  const own = ownPackages();
  const unasked = asks === 'always' ? [] : [...jail.folders().map(withSeparator), ...own];
  return {
    name: 'jail',
    setup(build) {
      build.onLoad({ filter: beginsWithNone(unasked), namespace: 'file' }, ({ path: file }) => {
        if (isOwn(file, own)) return null;
        const refusal = jail.refusal(file);
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
export function readOnlyAllowed(jail: Jail, inputs: readonly string[], baseDir: string): boolean {
  const own = ownPackages();
  return inputs
    .map((input) => path.resolve(baseDir, input))
    .every((file) => isOwn(file, own) || jail.refusal(file) === null);
}

/**
 * The messages without what they quote of files that must not be read. esbuild asks nobody before it reads a source map, a
 * tsconfig or a package.json, wherever a link or an `extends` leads.
 *
 * @param baseDir - esbuild's working folder
 */
export function withoutQuotes(
  messages: readonly Message[],
  { jail, rootDir, baseDir }: { readonly jail: Jail; readonly rootDir: string; readonly baseDir: string },
): Message[] {
  const own = ownPackages();
  return messages.map((message) => {
    if (message.location === null || isVirtual(message.location.file)) return message;
    const file = path.resolve(baseDir, message.location.file);
    const refusal = isOwn(file, own) ? null : jail.refusal(file);
    if (refusal === null) return message;
    const text = `${nameOf(file, rootDir)} ${refusal}.`;
    return { ...message, text, location: null, notes: [{ text: JAIL_HINT, location: null }] };
  });
}

/**
 * A source map that a file of the project names, and that must not be read; null when there is none. What is in a map
 * becomes part of the Worker's own.
 */
export function refusedMap(jail: Jail, inputs: readonly string[], baseDir: string): string | null {
  const files = inputs.filter((input) => !/(?:^|[/\\])node_modules[/\\]/.test(input) && !isVirtual(input));
  const maps = new Set(files.flatMap((file) => mapsNamedIn(path.resolve(baseDir, file))));
  return [...maps].find((map) => jail.refusal(map) !== null) ?? null;
}

function mapsNamedIn(file: string): readonly string[] {
  const text = textOf(file) ?? '';
  if (!text.includes('sourceMappingURL=')) return [];
  return [...text.matchAll(/sourceMappingURL=([^\s*"']+)/g)]
    .map(([, url = '']) => url)
    .filter((url) => !url.startsWith('data:'))
    .flatMap((url) => [url, decoded(url)])
    .map((url) => path.resolve(path.dirname(file), url.replace(/^file:\/\//, '')));
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

function isOwn(file: string, own: readonly string[]): boolean {
  return own.some((folder) => file.startsWith(folder));
}

/**
 * Folders of the packages that polyfills come from, with a separator at the end: of all places where Node would look those
 * that are there, because each makes esbuild's expression longer. Late: finding where the library is takes 5 ms.
 */
const ownPackages = madeLate((): readonly string[] => {
  const { resolve } = createRequire(import.meta.url);
  return ['unenv', '@cloudflare/unenv-preset'].flatMap((name) =>
    (resolve.paths(name) ?? [])
      .map((folder) => path.join(folder, name))
      .filter((folder) => isFolder(folder))
      .map(withSeparator),
  );
});

function withSeparator(folder: string): string {
  return folder.endsWith(path.sep) ? folder : folder + path.sep;
}
