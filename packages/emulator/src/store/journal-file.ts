import { open, readFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Change, Documents, Kind } from './documents.ts';
import { begin, enter, newestGeneration, removeOthers, writeSnapshot } from './generation.ts';
import { PRIVATE_FILE, makePrivateDir } from './private-files.ts';
import { createDecoder, createEncoder, decodeLine, encodeLine } from './records.ts';
import type { JournalRecord } from './records.ts';
import { allChanges, applyChange } from './store.ts';
import type { Capture, CommitLog } from './store.ts';

/** A journal and the documents it held when it was opened. */
export interface OpenedJournal {
  log: CommitLog;
  capture: Capture;
  /** Number of commits read; continues the store's sequence. */
  sequence: number;
}

/** Journal bytes after which a fresh snapshot is written. */
const COMPACT_ABOVE_BYTES = 4 * 1024 * 1024;

/**
 * Opens the state in `dir`. Files: `state-<generation>.snapshot` (written whole, then renamed into place) and
 * `state-<generation>.journal` (one checksummed line per commit). The newest generation counts. The journal is read up
 * to the first torn line, which can only be a commit that was never acknowledged, and is cut off there.
 * @param compactAboveBytes Journal bytes after which a new generation is begun, at opening and while running.
 * @throws Error when `dir` cannot be written.
 */
export async function openJournal(
  dir: string,
  compactAboveBytes = COMPACT_ABOVE_BYTES,
): Promise<OpenedJournal> {
  await makePrivateDir(dir);
  const generation = await newestGeneration(dir);
  const tables = new Map<Kind, Map<string, Documents[Kind]>>();
  const snapshot = await readText(join(dir, `state-${generation}.snapshot`));
  const decoder = createDecoder();
  const replay = (record: JournalRecord): void => {
    if (record.reset === true) tables.clear();
    for (const change of decoder.decode(record)) applyChange(tables, change);
  };
  for (const line of snapshot.split('\n')) {
    if (line === '') continue;
    const record = decodeLine(line);
    if (record === null) throw new Error(`${dir}: the snapshot of generation ${generation} is damaged.`);
    replay(record);
  }
  const journalPath = join(dir, `state-${generation}.journal`);
  const journal = await readText(journalPath);
  const { records, goodBytes } = readRecords(journal);
  for (const record of records) replay(record);

  const capture: Capture = { documents: tables };
  const commits = generation * 1_000_000 + records.length;
  const limit = Math.max(compactAboveBytes, snapshot.length);
  const start = { dir, generation, bytes: goodBytes, limit };
  if (goodBytes > limit) {
    const begun = await begin(dir, generation + 1, capture);
    const fresh = { dir, generation: generation + 1, bytes: 0, limit: Math.max(limit, begun.snapshotBytes) };
    return { log: createLog(begun.file, capture, fresh), capture, sequence: commits };
  }
  const file = await open(journalPath, 'a', PRIVATE_FILE);
  if (goodBytes < Buffer.byteLength(journal)) await file.truncate(goodBytes);
  await removeOthers(dir, generation);
  return { log: createLog(file, capture, start), capture, sequence: commits };
}

/** Where a log stands. */
interface Position {
  dir: string;
  generation: number;
  /** Written to the journal of this generation. */
  bytes: number;
  /** Bytes after which the next generation is begun; grows with the state, so that the cost per commit stays flat. */
  limit: number;
}

function createLog(opened: FileHandle, capture: Capture, position: Position): CommitLog {
  const encoder = createEncoder();
  for (const change of allChanges(capture)) encoder.encode(change, true);
  let file = opened;
  let queued: string[] = [];
  let writing: Promise<void> = Promise.resolve();
  let failure: Error | null = null;
  let current: (() => Capture) | null = null;

  /** A new generation holds everything queued so far. False: it could not be written, and nothing has changed. */
  const compacted = async (): Promise<boolean> => {
    if (current === null || position.bytes <= position.limit) return false;
    const { dir, generation } = position;
    const kept = queued;
    queued = [];
    const snapshotBytes = await writeSnapshot(dir, generation + 1, current()).catch(() => null);
    if (snapshotBytes === null) {
      queued = [...kept, ...queued];
      position.limit *= 2;
      return false;
    }
    // From here on the new generation is what counts: failing now is final.
    const next = await enter(dir, generation + 1);
    await file.close();
    file = next;
    position.generation += 1;
    position.bytes = 0;
    position.limit = Math.max(position.limit, snapshotBytes);
    await removeOthers(dir, position.generation);
    return true;
  };
  const drain = async (): Promise<void> => {
    if (queued.length === 0 || failure !== null) return;
    try {
      if (await compacted()) return;
      const text = queued.join('');
      queued = [];
      position.bytes += Buffer.byteLength(text);
      await file.appendFile(text);
    } catch (error) {
      failure = new Error('The state directory cannot be written any more.', { cause: error });
    }
  };
  const settled = async (): Promise<void> => {
    // One write carries every line queued meanwhile, so many requests share it.
    writing = writing.then(drain);
    await writing;
    if (failure !== null) throw failure;
  };
  return {
    append: (changes: Change[], reset: boolean) => {
      const record: JournalRecord = { changes: changes.map((change) => encoder.encode(change, reset)) };
      if (reset) record.reset = true;
      queued.push(encodeLine(record));
    },
    follow: (read) => {
      current = read;
    },
    settled,
    close: async () => {
      await settled().finally(() => file.close());
    },
  };
}

function readRecords(text: string): { records: JournalRecord[]; goodBytes: number } {
  const records: JournalRecord[] = [];
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
    const record = decodeLine(text.slice(start, end));
    if (record === null) break;
    records.push(record);
    start = end + 1;
  }
  return { records, goodBytes: Buffer.byteLength(text.slice(0, start)) };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
