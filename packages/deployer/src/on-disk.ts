import {
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  type Dirent,
  type Stats,
} from 'node:fs';

/*
 * What is on the disk, asked without a thread: such an answer takes microseconds, and to wake a thread for it takes ten times
 * as long, of which a deploy asked fifty. For files of settings only; what may be large or slow is waited for.
 */

/** What the path leads to; null when that is nothing, or cannot be reached. */
export function statsOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    // A path through a file, with a NUL, or a loop of links.
    return null;
  }
}

/** What the path itself is, which may be a link; null as in {@link statsOf}. */
export function ownStatsOf(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

/** Whether something is there; a link that leads nowhere is not. */
export function isThere(path: string): boolean {
  return statsOf(path) !== null;
}

/** Whether the path is a file, or a link to one. */
export function isFile(path: string): boolean {
  return statsOf(path)?.isFile() === true;
}

/** Whether the path is a folder, or a link to one. */
export function isFolder(path: string): boolean {
  return statsOf(path)?.isDirectory() === true;
}

/** The path without links; null when it leads nowhere. */
export function realPathOf(path: string): string | null {
  try {
    return realpathSync.native(path);
  } catch {
    return null;
  }
}

/** Names in a folder; null for one that is not there or may not be listed. */
export function namesIn(folder: string): readonly string[] | null {
  try {
    return readdirSync(folder);
  } catch {
    return null;
  }
}

/** What is in a folder, and of what kind; null as in {@link namesIn}. */
export function entriesIn(folder: string): readonly Dirent[] | null {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return null;
  }
}

/** The text of a small file; null when there is none that can be read. */
export function textOf(path: string): string | null {
  // Most that are asked for are not there, and an error takes longer to make than a file to read.
  if (!isFile(path)) return null;
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
