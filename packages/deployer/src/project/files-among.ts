import { join } from 'node:path';
import { isFile, namesIn } from '../on-disk.ts';

/**
 * Those of the names that a folder has as files, or as links to some, in their order. Most projects have none of most: so
 * the folder is asked for what is in it, and only what is there for what it is.
 */
export function filesAmong(folder: string, names: readonly string[]): readonly string[] {
  // One that may not be listed may still be gone into.
  const there = namesIn(folder)?.map((name) => name.toLowerCase()) ?? null;
  // Some file systems do not tell cases apart; `stat` asks them.
  const possible = names.filter((name) => there === null || there.includes(name.toLowerCase()));
  return possible.filter((name) => isFile(join(folder, name)));
}
