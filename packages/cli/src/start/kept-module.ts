import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';
import { keepFile } from './keep-file.ts';

/** Keeps what was compiled of a module for the next run, unless it is kept already. */
export type KeepCompiled = () => void;

/**
 * Loads a CommonJS module of another package as `require` does, from code that an earlier run compiled, and puts it where
 * `require` finds it. The module's text is kept with its code and compared: V8 itself only looks at how long it is.
 *
 * @param file the module
 * @param cache where its code is kept
 */
export function loadKeptModule(file: string, cache: string): KeepCompiled {
  const source = readFileSync(file);
  const kept = readKept(cache, source);
  const script = new Script(Module.wrap(source.toString()), {
    filename: file,
    ...(kept === null ? {} : { cachedData: kept }),
  });
  const module = new Module(file);
  module.filename = file;
  const require = createRequire(file);
  require.cache[file] = module;
  try {
    script.runInThisContext().call(module.exports, module.exports, require, module, file, dirname(file));
    module.loaded = true;
  } catch (error) {
    delete require.cache[file];
    throw error;
  }
  if (kept !== null && script.cachedDataRejected === false) return () => undefined;
  return () => keepFile(cache, [source, script.createCachedData()]);
}

/** The code that follows the same text; null where there is none. */
function readKept(file: string, source: Buffer): Buffer | null {
  try {
    const bytes = readFileSync(file);
    return bytes.subarray(0, source.length).equals(source) ? bytes.subarray(source.length) : null;
  } catch {
    return null;
  }
}
