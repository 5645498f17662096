import { crc32 } from 'node:zlib';
import type { Change } from './documents.ts';
import type { ScriptDocument, VersionDocument } from './model/scripts.ts';

/**
 * One journal record: the changes of a commit. A script travels as its head plus only the versions the reader does not
 * have yet, because versions are immutable and a script may have hundreds.
 */
export interface JournalRecord {
  /** True: forget everything read before. */
  reset?: true;
  changes: EncodedChange[];
}

/** A change as written; `versions` only with scripts: the new ones, while `value.versions` holds ids. */
export type EncodedChange = {
  kind: Change['kind'];
  key: string;
  value: unknown;
  versions?: VersionDocument[];
};

/** Writes a record as one checksummed line. */
export function encodeLine(record: JournalRecord): string {
  const json = JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
}

/** Reads one line without its newline; null when it is torn or corrupt. */
export function decodeLine(line: string): JournalRecord | null {
  if (line[8] !== ' ') return null;
  const json = line.slice(9);
  if (checksum(json) !== line.slice(0, 8)) return null;
  return JSON.parse(json) as JournalRecord;
}

/** Remembers which versions of each script are already written, to leave them out the next time. */
export function createEncoder(): { encode(change: Change, reset: boolean): EncodedChange } {
  const written = new Map<string, Set<VersionDocument>>();
  return {
    encode: (change, reset) => {
      if (change.kind !== 'script') return change;
      if (change.value === null) {
        written.delete(change.key);
        return change;
      }
      const known = reset ? undefined : written.get(change.key);
      const versions = change.value.versions.filter((version) => known?.has(version) !== true);
      written.set(change.key, new Set(change.value.versions));
      const head = { ...change.value, versions: change.value.versions.map((version) => version.id) };
      return { kind: change.kind, key: change.key, value: head, versions };
    },
  };
}

/** Turns records back into changes; holds the versions seen so far. */
export function createDecoder(): { decode(record: JournalRecord): Change[] } {
  let versions = new Map<string, Map<string, VersionDocument>>();
  const decodeScript = (change: EncodedChange): Change => {
    if (change.value === null) {
      versions.delete(change.key);
      return { kind: 'script', key: change.key, value: null };
    }
    const head = change.value as Omit<ScriptDocument, 'versions'> & { versions: string[] };
    const known = versions.get(change.key) ?? new Map<string, VersionDocument>();
    // A version written again replaces the one of before (its metadata may have been edited).
    for (const version of change.versions ?? []) known.set(version.id, version);
    versions.set(change.key, known);
    const kept = head.versions.flatMap((id) => known.get(id) ?? []);
    return { kind: 'script', key: change.key, value: { ...head, versions: kept } };
  };
  return {
    decode: (record) => {
      if (record.reset === true) versions = new Map();
      return record.changes.map((change) =>
        change.kind === 'script' ? decodeScript(change) : (change as Change),
      );
    },
  };
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
