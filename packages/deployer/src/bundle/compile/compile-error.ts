import path from 'node:path';
import type { BuildFailure, Location, Message } from 'esbuild';
import type { Finding, SourcePlace } from '../../findings/finding.ts';
import { spelledOnDisk, spellingHint } from '../../documents/spelled-on-disk.ts';
import { BundleError } from '../../errors.ts';
import { lineFrame } from './line-frame.ts';
import { isUnprefixedBuiltin, NODE_BUILTIN } from '../node/node-builtins.ts';
import type { NodeMode } from '../node/node-mode.ts';
import { isVirtual } from './stable-paths.ts';
import { compact } from '../../json.ts';

/** Where the failed build ran, to name places and to know what to suggest. */
export interface CompileErrorContext {
  readonly rootDir: string;
  /** esbuild's working folder. */
  readonly baseDir: string;
  readonly nodeMode: NodeMode;
}

/**
 * esbuild's failure as one error with a finding per problem: file, line and column (from 1), code frame, and advice that
 * fits a Worker. The message names the first.
 */
export function compileError(errors: readonly Message[], context: CompileErrorContext): BundleError {
  const findings = errors.map((message) => compileFinding(message, 'error', context));
  const [first] = findings;
  const what = first === undefined ? '' : placed(first);
  const count = findings.length === 1 ? '' : `${findings.length} errors, the first is `;
  return new BundleError('BUNDLE_FAILED', `The Worker does not compile: ${count}${what}`, { findings });
}

/** One of esbuild's messages as a finding. */
export function compileFinding(
  message: Message,
  severity: 'error' | 'warning',
  context: CompileErrorContext,
): Finding {
  const place = message.location === null ? undefined : sourcePlace(message.location, context);
  const frame = message.location === null ? undefined : frameOf(message.location);
  const known = wrongCase(message, context);
  const hint = known?.hint ?? hintFor(message, context.nodeMode);
  return {
    severity,
    code: 'compile',
    path: '',
    ...compact({ place, frame }),
    message: known?.message ?? message.text,
    ...compact({ hint }),
  };
}

/**
 * A file that is there in another case. esbuild finds it, as macOS and Windows would, and then cannot read it by that
 * name; in a folder of another case it finds nothing.
 */
function wrongCase(
  { text, location }: Message,
  { rootDir, baseDir }: CompileErrorContext,
): Pick<Finding, 'message' | 'hint'> | null {
  const unreadable = /^Cannot read file: (.+)$/.exec(text)?.[1];
  const unresolved = /^Could not resolve "(\.{1,2}\/.+)"$/.exec(text)?.[1];
  const file =
    unreadable ??
    (unresolved === undefined || location === null || isVirtual(location.file)
      ? null
      : path.resolve(baseDir, path.dirname(location.file), unresolved));
  if (file === null) return null;
  const name = path.relative(rootDir, path.resolve(baseDir, file)).split(path.sep).join('/');
  const spelled = spelledOnDisk(path.resolve(baseDir, file), SOURCE_EXTENSIONS);
  // Where the project lies is nobody's business: the name begins at its root.
  if (spelled === null) return unreadable === undefined ? null : { message: `${name} cannot be read.` };
  return {
    message: `${name} does not exist.`,
    hint: spellingHint(path.relative(rootDir, spelled).split(path.sep).join('/')),
  };
}

/** What an import may leave out. */
const SOURCE_EXTENSIONS = ['.ts', '.tsx', '.mts', '.js', '.jsx', '.mjs', '.json'] as const;

function placed({ place, message }: Finding): string {
  return place === undefined ? message : `${place.file}:${place.line}:${place.column}: ${message}`;
}

/** Tells esbuild's failure from other errors. */
export function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && 'warnings' in error && Array.isArray(error.errors);
}

function sourcePlace(location: Location, { rootDir, baseDir }: CompileErrorContext): SourcePlace {
  const file = isVirtual(location.file)
    ? location.file
    : path.relative(rootDir, path.resolve(baseDir, location.file)).split(path.sep).join('/');
  const { line, column, length } = framePlace(location);
  return { file, line, column, length };
}

function frameOf(location: Location): string {
  return lineFrame(framePlace(location));
}

/** esbuild counts columns and lengths in UTF-8 bytes from 0; people count characters from 1. */
function framePlace({ line, column, length, lineText }: Location) {
  const bytes = Buffer.from(lineText);
  const before = bytes.subarray(0, column).toString();
  const meant = bytes.subarray(column, column + length).toString();
  return { line, column: before.length + 1, length: Math.max(1, meant.length), lineText };
}

function hintFor(message: Message, mode: NodeMode): string | undefined {
  const unresolved = /^Could not resolve "(.+)"$/.exec(message.text)?.[1];
  if (unresolved === undefined) {
    return message.notes.length === 0 ? undefined : message.notes.map((note) => note.text).join('\n  ');
  }
  if (!NODE_BUILTIN.test(unresolved)) {
    return unresolved.startsWith('.')
      ? undefined
      : `Install the package, or map the name to a file with "alias" in the wrangler file.`;
  }
  if (mode === 'v1' && isUnprefixedBuiltin(unresolved)) {
    return `"${unresolved}" is built into Node.js. Import "node:${unresolved}", or set compatibility_date to 2024-09-23 or later.`;
  }
  return `"${unresolved}" is built into Node.js. Add the compatibility flag "nodejs_compat", or set compatibility_date to 2026-08-04 or later.`;
}
