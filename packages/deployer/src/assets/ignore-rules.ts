import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../errors.ts';
import { ignoreMatcher } from './gitignore.ts';
import { ASSET_LIMITS } from './limits.ts';

/** Instructions for the upload, never assets themselves. */
const NEVER_UPLOADED = '/.assetsignore\n/_redirects\n/_headers\n';

/** Which files of an assets directory stay behind. */
export interface IgnoreRules {
  /** @param name relative to the directory, with `/`; folders end in `/` */
  ignores(name: string): boolean;
  /** Whether there is an `.assetsignore`. */
  readonly written: boolean;
}

/**
 * Reads `.assetsignore` (gitignore syntax). Dotfiles are not ignored by themselves.
 *
 * @see https://developers.cloudflare.com/workers/static-assets/binding/#ignoring-assets
 */
export function readIgnoreRules(directory: string): IgnoreRules {
  const text = readOptional(path.join(directory, '.assetsignore'));
  if (text !== null) assertShort(text);
  return { ignores: ignoreMatcher(NEVER_UPLOADED + (text ?? '')), written: text !== null };
}

function assertShort(text: string): void {
  const lines = text.split('\n');
  if (
    lines.length <= ASSET_LIMITS.ignoreLines &&
    lines.every((line) => line.length <= ASSET_LIMITS.ignoreLine)
  ) {
    return;
  }
  throw new ConfigError(
    'ASSETS_INVALID',
    `.assetsignore has too many or too long lines: ${ASSET_LIMITS.ignoreLines} lines of ${ASSET_LIMITS.ignoreLine} characters are read.`,
    { hint: 'Ignore whole folders, or name groups of files with *.' },
  );
}

/**
 * The file's text, or null when there is none.
 *
 * @throws ConfigError ASSETS_INVALID when it is larger than such files can be
 */
export function readOptional(file: string): string | null {
  try {
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    const { size } = stats;
    if (size > ASSET_LIMITS.ruleFileBytes) {
      throw new ConfigError(
        'ASSETS_INVALID',
        `${path.basename(file)} has ${size} bytes; ${ASSET_LIMITS.ruleFileBytes} are read.`,
      );
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
