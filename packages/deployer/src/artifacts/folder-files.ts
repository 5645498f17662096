import { mkdirSync, readdirSync, rmdirSync, rmSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ArtifactFiles, KeptFile } from './artifact-files.ts';
import { isThere, statsOf, textOf } from '../on-disk.ts';
import { writeWhole } from '../write-whole.ts';

/** Artifacts as files, for their owner only; the time of a file is when it was last needed. */
export function createFolderFiles({
  folder,
  now,
}: {
  /** Made when the first artifact is put. */
  readonly folder: string;
  readonly now: () => number;
}): ArtifactFiles {
  const fileOf = (key: string): string => join(folder, key);

  /** False when there is no such file. */
  const touch = async (key: string): Promise<boolean> => {
    const file = fileOf(key);
    // Most are new, and an error takes longer to make than to look.
    if (!isThere(file)) return false;
    try {
      utimesSync(file, now() / 1_000, now() / 1_000);
      return true;
    } catch {
      return false;
    }
  };
  return {
    touch,
    async write(key, text) {
      mkdirSync(dirname(fileOf(key)), { recursive: true, mode: 0o700 });
      // Its digest tells a file that power loss cut short, so nobody waits for the disk.
      await writeWhole(fileOf(key), text, { mode: 0o600, fsync: false });
      await touch(key);
    },
    read: async (key) => textOf(fileOf(key)),
    async list(prefix) {
      const inside = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      const recursive = prefix.endsWith('/');
      const keys = namesBelow(join(folder, inside), recursive).map(
        (name) => `${inside}${name.replaceAll('\\', '/')}`,
      );
      return keys.filter((key) => key.startsWith(prefix)).flatMap(kept);
    },
    async remove(key) {
      rmSync(fileOf(key), { force: true });
      removeIfEmpty(dirname(fileOf(key)));
    },
  };

  /** Nothing for a folder, and for what was taken away meanwhile. */
  function kept(key: string): readonly KeptFile[] {
    const stats = statsOf(fileOf(key));
    return stats?.isFile() === true ? [{ key, at: stats.mtimeMs }] : [];
  }
}

function namesBelow(folder: string, recursive: boolean): readonly string[] {
  try {
    return readdirSync(folder, { recursive, encoding: 'utf8' });
  } catch {
    return [];
  }
}

/** The folder of a Worker of which nothing is left; one that still has something stays. */
function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Something is in it.
  }
}
