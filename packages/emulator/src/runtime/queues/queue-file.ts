import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PRIVATE_FILE, makePrivateDir } from '../../store/private-files.ts';
import type { QueueMessage } from './queue-message.ts';

/** Messages of an account by queue, kept in one file that is always whole. */
export interface QueueFile {
  read(): Promise<Map<string, QueueMessage[]>>;
  /** Writes what `messages` gives when its turn comes; calls meanwhile are one write. */
  write(messages: () => ReadonlyMap<string, QueueMessage[]>): Promise<void>;
}

/** A {@link QueueFile} at `path`, which need not exist. */
export function createQueueFile(path: string): QueueFile {
  let writing: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | null = null;
  const save = async (messages: ReadonlyMap<string, QueueMessage[]>): Promise<void> => {
    await makePrivateDir(dirname(path));
    await writeFile(`${path}.tmp`, JSON.stringify([...messages].filter(([, list]) => list.length > 0)), {
      mode: PRIVATE_FILE,
    });
    await rename(`${path}.tmp`, path);
  };
  return {
    read: async () => {
      try {
        return new Map(JSON.parse(await readFile(path, 'utf8')) as [string, QueueMessage[]][]);
      } catch {
        return new Map();
      }
    },
    write: (messages) => {
      waiting ??= writing.then(() => {
        waiting = null;
        writing = save(messages());
        return writing;
      });
      return waiting;
    },
  };
}
