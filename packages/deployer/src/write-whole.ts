import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { promisify } from 'node:util';
import { realPathOf, statsOf } from './on-disk.ts';

const waitForDisk = promisify(fsync);

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
  const target = realPathOf(file) ?? file;
  const before = statsOf(target);
  // In the folder of the file: only there is it renamed in one step. Not `.json`, so nobody takes it for a record.
  const draft = `${target}.${randomUUID()}`;
  try {
    const mode = options.mode ?? before?.mode;
    const open = openSync(draft, 'wx', mode);
    try {
      // What the process would not give a new file, an old one may have.
      if (mode !== undefined) fchmodSync(open, mode);
      if (before !== null) belongsAs(open, before);
      writeFileSync(open, text);
      // Only the disk itself takes long enough to wake a thread for.
      if (options.fsync !== false) await waitForDisk(open);
    } finally {
      closeSync(open);
    }
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** As root writes files of others; who is not root cannot, and then the file is theirs who write it. */
function belongsAs(file: number, { uid, gid }: Stats): void {
  if (process.getuid === undefined || uid === process.getuid()) return;
  try {
    fchownSync(file, uid, gid);
  } catch {
    // Who is not root.
  }
}
