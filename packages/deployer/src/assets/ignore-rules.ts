import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** Instructions for the upload, never assets themselves. */
const NEVER_UPLOADED = ['/.assetsignore', '/_redirects', '/_headers'];

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
export async function readIgnoreRules(directory: string): Promise<IgnoreRules> {
  const text = await readOptional(path.join(directory, '.assetsignore'));
  const { default: ignore } = await import('ignore');
  // Case counts: what is served is looked up by its exact name.
  const matcher = ignore({ ignorecase: false }).add(NEVER_UPLOADED);
  if (text !== null) matcher.add(text);
  return { ignores: (name) => matcher.ignores(name), written: text !== null };
}

/** The file's text, or null when there is none. */
export async function readOptional(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
