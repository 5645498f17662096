import type { FileHandle } from 'node:fs/promises';
import { enter, removeOthers, writeSnapshot } from './generation.ts';
import { createEncoder, encodeLine } from './records.ts';
import type { JournalRecord } from './records.ts';
import { allChanges } from './store.ts';
import type { Capture, CommitLog } from './store.ts';

/** Where a log stands. */
export interface Position {
  dir: string;
  generation: number;
  /** Written to the journal of this generation. */
  bytes: number;
  /** Bytes after which the next generation is begun; grows with the state, so that the cost per commit stays flat. */
  limit: number;
}

/** A log as plain data; the functions of this file are what may happen to it. */
interface Log {
  readonly position: Position;
  file: FileHandle;
  /** Lines not written yet. */
  queued: string[];
  writing: Promise<void>;
  /** Why nothing is written any more. */
  failure: Error | null;
  /** Reads all documents as of the last append. */
  current: (() => Capture) | null;
}

/** Goes on with an opened journal. @param capture What it holds so far. */
export function createLog(file: FileHandle, capture: Capture, position: Position): CommitLog {
  const encoder = createEncoder();
  for (const change of allChanges(capture)) encoder.encode(change, true);
  const log: Log = {
    position,
    file,
    queued: [],
    writing: Promise.resolve(),
    failure: null,
    current: null,
  };
  return {
    append: (changes, reset) => {
      const record: JournalRecord = { changes: changes.map((change) => encoder.encode(change, reset)) };
      if (reset) record.reset = true;
      log.queued.push(encodeLine(record));
    },
    follow: (read) => {
      log.current = read;
    },
    settled: () => settled(log),
    close: async () => {
      await settled(log).finally(() => log.file.close());
    },
  };
}

async function settled(log: Log): Promise<void> {
  // One write carries every line queued meanwhile, so many requests share it.
  log.writing = log.writing.then(() => drain(log));
  await log.writing;
  if (log.failure !== null) throw log.failure;
}

async function drain(log: Log): Promise<void> {
  if (log.queued.length === 0 || log.failure !== null) return;
  try {
    if (await compacted(log)) return;
    const text = log.queued.join('');
    log.queued = [];
    log.position.bytes += Buffer.byteLength(text);
    await log.file.appendFile(text);
  } catch (error) {
    log.failure = new Error('The state directory cannot be written any more.', { cause: error });
  }
}

/** A new generation holds everything queued so far. False: it could not be written, and nothing has changed. */
async function compacted(log: Log): Promise<boolean> {
  const { position, current } = log;
  if (current === null || position.bytes <= position.limit) return false;
  const { dir, generation } = position;
  const kept = log.queued;
  log.queued = [];
  const snapshotBytes = await writeSnapshot(dir, generation + 1, current()).catch(() => null);
  if (snapshotBytes === null) {
    log.queued = [...kept, ...log.queued];
    position.limit *= 2;
    return false;
  }
  // From here on the new generation is what counts: failing now is final.
  const next = await enter(dir, generation + 1);
  await log.file.close();
  log.file = next;
  position.generation += 1;
  position.bytes = 0;
  position.limit = Math.max(position.limit, snapshotBytes);
  await removeOthers(dir, position.generation);
  return true;
}
