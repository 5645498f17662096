import path from 'node:path';
import { BundleError } from '../errors.ts';
import { type Jail, JAIL_HINT } from '../security/jail.ts';

/**
 * Throws when a file must not be read for an upload.
 *
 * @param rootDir folder that the name in the message is relative to
 * @throws BundleError BUNDLE_FAILED naming the file
 */
export function assertInside(jail: Jail, file: string, rootDir: string): void {
  const refusal = jail.refusal(file);
  if (refusal === null) return;
  throw new BundleError('BUNDLE_FAILED', `${nameOf(file, rootDir)} ${refusal}.`, { hint: JAIL_HINT });
}

/** Name of a file for a message: relative to the root, with `/`. */
export function nameOf(file: string, rootDir: string): string {
  return path.relative(rootDir, file).split(path.sep).join('/') || '.';
}
