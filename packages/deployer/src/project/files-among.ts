import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isFile } from '../is-file.ts';

/**
 * Those of the names that a folder has as files, or as links to some, in their order. Most projects have none of most: so
 * the folder is asked for what is in it, and only what is there for what it is.
 */
export async function filesAmong(folder: string, names: readonly string[]): Promise<readonly string[]> {
  const there = await readdir(folder).then(
    (found) => new Set(found.map((name) => name.toLowerCase())),
    // One that may not be listed may still be gone into.
    () => null,
  );
  // Some file systems do not tell cases apart; `stat` asks them.
  const possible = names.filter((name) => there === null || there.has(name.toLowerCase()));
  const files = await Promise.all(
    possible.map(async (name) => ({ name, isFile: await isFile(join(folder, name)) })),
  );
  return files.filter((file) => file.isFile).map(({ name }) => name);
}
