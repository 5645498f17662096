import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StateDamagedError } from './damaged.ts';
import type { Documents, Kind } from './documents.ts';
import { begin, newestGeneration, removeOthers } from './generation.ts';
import { createLog } from './journal-log.ts';
import type { Position } from './journal-log.ts';
import { PRIVATE_FILE, makePrivateDir } from './private-files.ts';
import { createDecoder, decodeLine } from './records.ts';
import type { JournalRecord } from './records.ts';
import { applyChange } from './store.ts';
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
 * @throws StateDamagedError when what is there was not left by a killed process; Error when `dir` cannot be written.
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
    if (record === null)
      throw new StateDamagedError(`${dir}: the snapshot of generation ${generation} is damaged.`);
    replay(record);
  }
  const journalPath = join(dir, `state-${generation}.journal`);
  const journal = await readText(journalPath);
  const { records, goodBytes } = readRecords(journal);
  if (!isTorn(journal, goodBytes)) throw new StateDamagedError(`${journalPath} is damaged.`);
  for (const record of records) replay(record);

  const capture: Capture = { documents: tables };
  const commits = generation * 1_000_000 + records.length;
  const limit = Math.max(compactAboveBytes, snapshot.length);
  const start: Position = { dir, generation, bytes: goodBytes, limit };
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

/** The beginning of a record that was not written to its end. */
const BEGUN = /^[0-9a-f]{0,8}(?:$| (?:$|\{))/;

/** Whether what follows the good records may be one that a kill cut off, or a bad last sector; nothing is, too. */
function isTorn(text: string, goodBytes: number): boolean {
  const rest = Buffer.from(text).subarray(goodBytes).toString();
  const [first = '', ...others] = rest.split('\n');
  return BEGUN.test(first) && others.every((line) => decodeLine(line) === null);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
