import { chmod, lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Mode of files with state: only their owner reads and writes them. */
export const PRIVATE_FILE = 0o600;
/** Mode of folders with state. */
const PRIVATE_DIR = 0o700;

/**
 * Makes a folder, and those above it that are missing, for its owner only. One that is there loses other rights.
 * @returns whether others had rights in it
 */
export async function makePrivateDir(dir: string): Promise<boolean> {
  await mkdir(dir, { recursive: true, mode: PRIVATE_DIR });
  return restrict(dir);
}

/** Takes all rights of others off everything in a folder that need not exist. Links are left alone. */
export async function sealDir(dir: string): Promise<void> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  await Promise.all(
    entries.map(async (entry) => {
      const path = join(dir, entry.name);
      if (entry.isSymbolicLink()) return;
      await restrict(path);
      if (entry.isDirectory()) await sealDir(path);
    }),
  );
}

/** What is gone meanwhile, or belongs to somebody else, stays as it is. */
async function restrict(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  if (found === null || found.isSymbolicLink() || (found.mode & 0o077) === 0) return false;
  await chmod(path, found.isDirectory() ? PRIVATE_DIR : PRIVATE_FILE).catch(() => undefined);
  return true;
}
