import { createHash } from 'node:crypto';
import path from 'node:path';
import type { RuleType } from './rules.ts';

/** A file that is uploaded as a module of its own. */
export interface CollectedModule {
  /** As imported by the bundle. */
  readonly name: string;
  readonly type: RuleType;
  readonly bytes: Uint8Array;
  /** Absolute path it was read from. */
  readonly file: string;
}

/**
 * Name of a module found through an import: the SHA-1 of its content before its file name, so that equal names with
 * different content stay apart and equal content is sent once. With `preserve_file_names` it is the specifier itself,
 * unless that is absolute: an absolute path of this machine must not get into the upload.
 */
export function moduleName(specifier: string, bytes: Uint8Array, preserveFileNames: boolean): string {
  const hash = createHash('sha1').update(bytes).digest('hex');
  if (!preserveFileNames) return `./${hash}-${path.basename(specifier)}`;
  return path.isAbsolute(specifier) ? `./${hash}/${path.basename(specifier)}` : specifier;
}

/** Without what follows the first `?`. */
export function stripQuery(specifier: string): string {
  const query = specifier.indexOf('?');
  return query === -1 ? specifier : specifier.slice(0, query);
}
