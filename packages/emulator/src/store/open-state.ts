import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBlobStore, sweepBlobs } from './blobs.ts';
import type { BlobStore } from './blobs.ts';
import { openJournal } from './journal-file.ts';
import { keptBlobs } from './kept-blobs.ts';
import { lockStateDir } from './lock.ts';
import type { StateDirLock } from './lock.ts';
import { makePrivateDir, sealDir } from './private-files.ts';
import { createStore } from './store.ts';
import type { CommitLog, Store } from './store.ts';

/** Everything an emulator keeps. */
export interface OpenedState {
  store: Store;
  blobs: BlobStore;
  /** Folder of the runtime's data. */
  dataDir: string;
  /** Closes the store and gives the folder free. */
  close(): Promise<void>;
}

/**
 * Opens the state in a folder, which only its owner can read, or one in memory that is gone with the process.
 * @param lockWaitMs How long to wait for another process that uses the folder.
 * @throws StateDirBusyError when the other process keeps it.
 */
export async function openState(dir: string | undefined, lockWaitMs = 10_000): Promise<OpenedState> {
  return dir === undefined ? inMemory() : inFolder(dir, lockWaitMs);
}

async function inMemory(): Promise<OpenedState> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cf-deploy-emulator-'));
  const store = createStore(null, null);
  const close = async (): Promise<void> => {
    await store.close();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  };
  return { store, blobs: createBlobStore(null), dataDir, close };
}

async function inFolder(dir: string, lockWaitMs: number): Promise<OpenedState> {
  const wasOpen = await makePrivateDir(dir);
  const lock = await lockStateDir(dir, lockWaitMs);
  try {
    // As older versions left it.
    if (wasOpen) await sealDir(dir);
    const { log, capture, sequence } = await openJournal(dir);
    const store = createStore(guarded(log, lock), capture, sequence);
    const blobs = join(dir, 'blobs');
    const dataDir = join(dir, 'data');
    await makePrivateDir(dataDir);
    await sweepBlobs(blobs, keptBlobs(store));
    const close = async (): Promise<void> => {
      await store.close();
      // workerd makes its files by the umask.
      await sealDir(dataDir);
      await lock.release();
    };
    return { store, blobs: createBlobStore(blobs), dataDir, close };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** A log that stops when the lock was lost: two processes must not write one state. */
function guarded(log: CommitLog, lock: StateDirLock): CommitLog {
  return {
    ...log,
    settled: async () => {
      const lost = lock.lost();
      if (lost !== null) throw new Error('Another process took the state directory over.', { cause: lost });
      await log.settled();
    },
  };
}
