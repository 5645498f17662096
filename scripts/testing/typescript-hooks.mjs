import { transformSync } from '@swc/wasm-typescript';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { SOURCES } from './sources.mjs';

const OURS = new URL('../../packages/', import.meta.url).href;
const TYPESCRIPT = /^[^?]*\.ts(?=\?|$)/;
/** A program's own imports that wait until they are needed. */
const LATE = /\bimport\(('[^'\n]+')\)/g;
const PROGRAM = /\/src\/.*(?<!\.test)\.ts$/;
/** Of this run: what one process stripped, the others need not. */
const FOLDER = join(tmpdir(), 'stripped');
mkdirSync(FOLDER, { recursive: true });

/** Hook of Node's loader: our packages are their sources. */
export function resolve(specifier, context, next) {
  const source = SOURCES[specifier];
  if (source !== undefined) return { url: pathToFileURL(source).href, format: 'module', shortCircuit: true };
  if (/^\.{1,2}\/.*\.ts$/.test(specifier)) {
    return { url: new URL(specifier, context.parentURL).href, format: 'module', shortCircuit: true };
  }
  return next(specifier, context);
}

/**
 * Hook of Node's loader: types become spaces, so that every line of a stack is that of the source, and every column but of
 * what follows a late import.
 */
export function load(url, context, next) {
  const file = url.startsWith(OURS) ? TYPESCRIPT.exec(url)?.[0] : undefined;
  // A module of a package: Node would read it in four waits for a thread, a tenth of what loading our packages takes.
  if (file === undefined && context.format === 'module' && url.startsWith('file:')) {
    return { format: 'module', shortCircuit: true, source: readFileSync(new URL(url)) };
  }
  if (file === undefined) return next(url, context);
  const path = fileURLToPath(file);
  const code = stripped(path);
  // Node 20 asks the thread of these hooks each time, also for what is loaded: a fifth of what commands take.
  const source = PROGRAM.test(path)
    ? code.replaceAll(LATE, 'importOnce(import.meta.url, $1, () => import($1))')
    : code;
  return { format: 'module', shortCircuit: true, source };
}

function stripped(path) {
  const source = readFileSync(path, 'utf8');
  const known = join(FOLDER, createHash('sha256').update(source).digest('hex'));
  try {
    return readFileSync(known, 'utf8');
  } catch {
    const code = withoutTypes(source, path);
    const mine = `${known}.${process.pid}`;
    writeFileSync(mine, code);
    renameSync(mine, known);
    return code;
  }
}

function withoutTypes(source, path) {
  try {
    return transformSync(source, { mode: 'strip-only', filename: path }).code;
  } catch (error) {
    // What it throws is a plain object, which would be told as "[object Object]".
    if (error instanceof Error) throw error;
    throw new SyntaxError(
      `${path}:${error.startLine}:${error.startColumn} ${error.message}\n${error.snippet}`,
    );
  }
}
