import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';

/** How {@link writeWhole} writes. */
export interface WholeOptions {
  /** Permissions of the file. @default those it has; of a new one what the process gives */
  readonly mode?: number;
  /** Waits until the disk has it, so that it is there after power loss too. @default true */
  readonly fsync?: boolean;
}

/**
 * Writes a file in one piece: whoever reads it, at whatever moment, and whatever dies meanwhile, finds what was there
 * before or all of the text. Through a link the file it leads to is written, and a file stays its owner's.
 *
 * @throws Error with a `code` of the file system; nothing is changed then
 */
export async function writeWhole(file: string, text: string, options: WholeOptions = {}): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const before = await stat(target).catch(() => null);
  // In the folder of the file: only there is it renamed in one step. Not `.json`, so nobody takes it for a record.
  const draft = `${target}.${randomUUID()}`;
  try {
    const mode = options.mode ?? before?.mode;
    const handle = await open(draft, 'wx', mode);
    try {
      // What the process would not give a new file, an old one may have.
      if (mode !== undefined) await handle.chmod(mode);
      if (before !== null) await belongsAs(handle, before);
      await handle.writeFile(text);
      if (options.fsync !== false) await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** As root writes files of others; who is not root cannot, and then the file is theirs who write it. */
async function belongsAs(handle: FileHandle, { uid, gid }: Awaited<ReturnType<typeof stat>>): Promise<void> {
  if (process.getuid === undefined || uid === process.getuid()) return;
  await handle.chown(Number(uid), Number(gid)).catch(() => undefined);
}
