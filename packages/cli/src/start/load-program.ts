import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import type { main } from '../main.ts';
import { keepFile } from './keep-file.ts';

/** Name of the built program beside this file, its digest in it; `scripts/build.mjs` puts it in. */
declare const PROGRAM_FILE: string;

/** What is remembered of a command line; more are not, so that the file is not written for ever. */
const MOST_WORDS = 80;

/** The program, compiled. */
export interface LoadedProgram {
  readonly program: { readonly main: typeof main };
  /**
   * Keeps the compiled code for the next run, unless it is kept already for these words (a command, its flags): what a
   * run never called is not compiled, so each new command adds to it. A folder that cannot be written to is left alone.
   */
  readonly keepCompiled: (words: readonly string[]) => void;
}

/** Compiled code as it is kept, and the words of the command lines that it was made by. */
interface Compiled {
  readonly words: readonly string[];
  readonly data: Buffer;
}

/**
 * Loads the program, from code that an earlier run of the same build by the same Node compiled where there is one:
 * compiling takes longer than everything else that a command does before its first call. Kept beside the program, so
 * whoever can change the one can change the other. Node does the same for ES modules only from 22.1 on, in the folder
 * for temporary files, where everybody can write.
 */
export function loadProgram(): LoadedProgram {
  const file = fileURLToPath(new URL(PROGRAM_FILE, import.meta.url));
  const cache = cacheOf(file);
  const kept = readCompiled(cache);
  const source = readFileSync(file, 'latin1');
  // The file is an expression, a function, so that no second text of three megabytes is made of it.
  const script = new Script(source, {
    filename: file,
    ...(kept === null ? {} : { cachedData: kept.data }),
  });
  const known = kept === null || script.cachedDataRejected === true ? [] : kept.words;
  const module = { exports: {} as LoadedProgram['program'] };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file), importModule);
  return {
    program: module.exports,
    keepCompiled(words) {
      const all = [...new Set([...known, ...words])].slice(0, MOST_WORDS);
      if (all.length > known.length)
        keepFile(cache, [Buffer.from(`${all.join(' ')}\n`), script.createCachedData()]);
    },
  };
}

/** Where the compiled code of a file is kept. V8 refuses what another version of it made, or one told to compile otherwise. */
export function cacheOf(file: string): string {
  return `${file}.${process.version}-${process.arch}.cache`;
}

/** Code that was compiled before cannot `import()`: V8 does not keep who it belongs to. Resolves from this file. */
function importModule(specifier: string): Promise<unknown> {
  return import(specifier);
}

/** A line of words, then the compiled code; null when there is nothing that can be used. */
function readCompiled(file: string): Compiled | null {
  try {
    const bytes = readFileSync(file);
    const end = bytes.indexOf('\n');
    return end < 0
      ? null
      : { words: bytes.toString('latin1', 0, end).split(' '), data: bytes.subarray(end + 1) };
  } catch {
    return null;
  }
}
