import { mkdir, readdir, readFile, rm, rmdir, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ArtifactFiles, KeptFile } from './artifact-files.ts';
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
  const touch = async (key: string): Promise<boolean> =>
    utimes(fileOf(key), now() / 1_000, now() / 1_000).then(
      () => true,
      () => false,
    );
  return {
    touch,
    async write(key, text) {
      await mkdir(dirname(fileOf(key)), { recursive: true, mode: 0o700 });
      // Its digest tells a file that power loss cut short, so nobody waits for the disk.
      await writeWhole(fileOf(key), text, { mode: 0o600, fsync: false });
      await touch(key);
    },
    read: (key) => readFile(fileOf(key), 'utf8').catch(() => null),
    async list(prefix) {
      const inside = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      const recursive = prefix.endsWith('/');
      const names = await readdir(join(folder, inside), { recursive }).catch(() => []);
      const keys = names.map((name) => `${inside}${name.replaceAll('\\', '/')}`);
      return (await Promise.all(keys.filter((key) => key.startsWith(prefix)).map(kept))).flat();
    },
    async remove(key) {
      await rm(fileOf(key), { force: true });
      // The folder of a Worker of which nothing is left; one that still has something stays.
      await rmdir(dirname(fileOf(key))).catch(() => undefined);
    },
  };

  /** Nothing for a folder, and for what was taken away meanwhile. */
  async function kept(key: string): Promise<readonly KeptFile[]> {
    const stats = await stat(fileOf(key)).catch(() => null);
    return stats?.isFile() === true ? [{ key, at: stats.mtimeMs }] : [];
  }
}
