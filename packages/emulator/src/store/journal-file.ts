import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Change, Documents, Kind } from './documents.ts';
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

/** Journal bytes after which opening writes a fresh snapshot. */
const COMPACT_ABOVE_BYTES = 4 * 1024 * 1024;

/**
 * Opens the state in `dir`. Files: `state-<generation>.snapshot` (written whole, then renamed into place) and
 * `state-<generation>.journal` (one checksummed line per commit). The newest generation counts. The journal is read up
 * to the first torn line, which can only be a commit that was never acknowledged, and is cut off there.
 * @throws Error when `dir` cannot be written.
 */
export async function openJournal(dir: string): Promise<OpenedJournal> {
  await mkdir(dir, { recursive: true });
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
  if (goodBytes > COMPACT_ABOVE_BYTES) {
    const next = await compact(dir, generation + 1, capture);
    return { log: createLog(next, capture), capture, sequence: commits };
  }
  const file = await open(journalPath, 'a');
  if (goodBytes < Buffer.byteLength(journal)) await file.truncate(goodBytes);
  await removeOthers(dir, generation);
  return { log: createLog(file, capture), capture, sequence: commits };
}

function createLog(file: FileHandle, capture: Capture): CommitLog {
  const encoder = createEncoder();
  for (const change of allChanges(capture)) encoder.encode(change, true);
  let queued: string[] = [];
  let writing: Promise<void> = Promise.resolve();
  let failure: Error | null = null;

  const drain = async (): Promise<void> => {
    if (queued.length === 0 || failure !== null) return;
    const text = queued.join('');
    queued = [];
    try {
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
    settled,
    close: async () => {
      await settled().finally(() => file.close());
    },
  };
}

/** Writes everything as a new generation and makes it the only one. A crash at any point leaves one whole generation. */
async function compact(dir: string, generation: number, capture: Capture): Promise<FileHandle> {
  const encoder = createEncoder();
  const target = join(dir, `state-${generation}.snapshot`);
  const temporary = await open(`${target}.tmp`, 'w');
  for (const change of allChanges(capture)) {
    await temporary.appendFile(encodeLine({ changes: [encoder.encode(change, true)] }));
  }
  await temporary.sync();
  await temporary.close();
  await rename(`${target}.tmp`, target);
  const file = await open(join(dir, `state-${generation}.journal`), 'a');
  await removeOthers(dir, generation);
  return file;
}

async function newestGeneration(dir: string): Promise<number> {
  const generations = (await readdir(dir)).flatMap((name) => {
    const match = /^state-(\d+)\.(?:snapshot|journal)$/.exec(name);
    return match?.[1] === undefined ? [] : [Number(match[1])];
  });
  return Math.max(0, ...generations);
}

async function removeOthers(dir: string, generation: number): Promise<void> {
  const keep = new RegExp(`^state-${generation}\\.(?:snapshot|journal)$`);
  for (const name of await readdir(dir)) {
    if (name.startsWith('state-') && !keep.test(name)) await rm(join(dir, name), { force: true });
  }
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
