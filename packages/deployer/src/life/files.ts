import { lstat, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError } from '../errors.ts';
import { writeWhole } from '../write-whole.ts';

/** One change of the project's files. Paths are relative to its root. */
export type FileChange =
  | { readonly kind: 'write'; readonly file: string; readonly before: string | null; readonly after: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'delete'; readonly folder: string };

/** The change in one line. */
export function describeChange(change: FileChange): string {
  if (change.kind === 'rename') return `rename ${change.from} to ${change.to}`;
  if (change.kind === 'delete') return `delete the folder ${change.folder}`;
  return `${change.before === null ? 'write' : 'edit'} ${change.file}`;
}

/**
 * Makes the changes; when one fails, those before it are taken back.
 * @returns what takes them back; a deleted folder stays deleted
 * @throws ConfigError CONFIG_UNREADABLE for a file that was changed since it was read
 */
export async function makeChanges(
  rootDir: string,
  changes: readonly FileChange[],
): Promise<() => Promise<void>> {
  const done: FileChange[] = [];
  const undo = async (): Promise<void> => {
    for (const change of done.splice(0).toReversed()) await takeBack(rootDir, change);
  };
  try {
    for (const change of changes) {
      await make(rootDir, change);
      done.push(change);
    }
  } catch (error) {
    await undo();
    throw error;
  }
  return undo;
}

async function make(rootDir: string, change: FileChange): Promise<void> {
  if (change.kind === 'rename') return rename(join(rootDir, change.from), join(rootDir, change.to));
  if (change.kind === 'delete') return rm(join(rootDir, change.folder), { recursive: true });
  const path = join(rootDir, change.file);
  const now = await textOf(path);
  if (now !== change.before) {
    throw new ConfigError(
      'CONFIG_UNREADABLE',
      `${change.file} was changed meanwhile, so it was left alone.`,
      {
        hint: 'Run the command again.',
      },
    );
  }
  await mkdir(dirname(path), { recursive: true });
  const mode = await stat(path).then(
    (found) => found.mode,
    () => 0o644,
  );
  await writeWhole(path, change.after, { mode });
}

async function takeBack(rootDir: string, change: FileChange): Promise<void> {
  if (change.kind === 'rename') await rename(join(rootDir, change.to), join(rootDir, change.from));
  if (change.kind !== 'write') return;
  const path = join(rootDir, change.file);
  if (change.before === null) await rm(path, { force: true });
  else await writeWhole(path, change.before);
}

/**
 * Takes back what a killed run may have changed, as far as it came; done twice it does nothing more.
 * @throws ConfigError CONFIG_UNREADABLE for a file that was edited since
 */
export async function takeBackChanges(rootDir: string, changes: readonly FileChange[]): Promise<void> {
  for (const change of changes.toReversed()) {
    if (change.kind === 'rename') {
      const isMade =
        (await isThere(join(rootDir, change.to))) && !(await isThere(join(rootDir, change.from)));
      if (isMade) await takeBack(rootDir, change);
    }
    if (change.kind !== 'write') continue;
    const now = await textOf(join(rootDir, change.file));
    if (now === change.before) continue;
    if (now !== change.after) {
      throw new ConfigError(
        'CONFIG_UNREADABLE',
        `${change.file} was edited after a run that was killed while it changed it.`,
        {
          hint: 'See whether the tenant stands in it as it should, and delete its file in .cf-deploy/switches/.',
        },
      );
    }
    await takeBack(rootDir, change);
  }
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Text of a file; null when there is none. */
export async function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

/** Whether a path is a link: what it leads to is somebody else's. */
export async function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
}
