import { chmod, lstat, mkdir, rm } from 'node:fs/promises';
import type { LocalPaths } from './paths.ts';

/**
 * Makes the folder of the embedded Cloudflare, for its owner only. What others could write there before says nothing
 * about a server any more: it must not become believable by this.
 */
export async function ownFolder({ folder, running }: Pick<LocalPaths, 'folder' | 'running'>): Promise<void> {
  const before = await lstat(folder).catch(() => null);
  if (before !== null && (before.mode & 0o022) !== 0) await rm(running, { force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
}
