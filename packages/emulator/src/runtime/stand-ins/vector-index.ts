import type { JsonObject } from '../../json.ts';
import { appendFile, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PRIVATE_FILE, makePrivateDir } from '../../store/private-files.ts';

/** A vector as Vectorize keeps it. */
export interface StoredVector {
  id: string;
  values: number[];
  namespace?: string;
  metadata?: JsonObject;
}

/** The vectors of one index, in memory and in a file that only grows, so that a crash loses no earlier line. */
export interface VectorIndex {
  all(): Iterable<StoredVector>;
  get(id: string): StoredVector | undefined;
  readonly size: number;
  /** Counts the changes; every one gets a mutation id. */
  readonly changes: number;
  put(vectors: readonly StoredVector[]): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
}

/** Reads the index kept in `file`, which need not exist. */
export async function openVectorIndex(file: string): Promise<VectorIndex> {
  const vectors = new Map<string, StoredVector>();
  let changes = 0;
  const apply = (entry: Entry): void => {
    changes += 1;
    for (const vector of entry.put ?? []) vectors.set(vector.id, vector);
    for (const id of entry.remove ?? []) vectors.delete(id);
  };
  for (const line of (await readIfThere(file)).split('\n')) {
    const entry = parse(line);
    if (entry !== undefined) apply(entry);
  }
  const write = async (entry: Entry): Promise<void> => {
    await makePrivateDir(dirname(file));
    // The newline in front ends a line a crash may have left half written.
    await appendFile(file, `\n${JSON.stringify(entry)}`, { mode: PRIVATE_FILE });
    apply(entry);
  };
  return {
    all: () => vectors.values(),
    get: (id) => vectors.get(id),
    get size() {
      return vectors.size;
    },
    get changes() {
      return changes;
    },
    put: (added) => write({ put: [...added] }),
    remove: (ids) => write({ remove: [...ids] }),
  };
}

interface Entry {
  put?: StoredVector[];
  remove?: string[];
}

function parse(line: string): Entry | undefined {
  if (line === '') return undefined;
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return undefined;
  }
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return '';
  }
}
