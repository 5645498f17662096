import { keyOf } from './documents.ts';
import type { Change, Documents, Kind } from './documents.ts';

/** Reads documents. Returned documents are shared: never change one, write a changed copy. */
export interface Reader {
  get<K extends Kind>(kind: K, key: string): Documents[K] | undefined;
  /** Documents of a kind in order of creation; with `prefix` only those whose key starts with these parts. */
  list<K extends Kind>(kind: K, ...prefix: (string | null)[]): Documents[K][];
}

/** Reads and writes inside one atomic step; reads see the writes made before. */
export interface Transaction extends Reader {
  put<K extends Kind>(kind: K, key: string, value: Documents[K]): void;
  delete(kind: Kind, key: string): void;
}

/** All documents at one moment. Opaque; cheap, because documents are immutable. */
export interface Capture {
  readonly documents: ReadonlyMap<Kind, ReadonlyMap<string, Documents[Kind]>>;
}

/** Where commits go to survive the process. `settled` resolves when everything appended before is written. */
export interface CommitLog {
  append(changes: Change[], reset: boolean): void;
  /** Hands over how to read all documents as of the last `append`, so that the log can start afresh while running. */
  follow(read: () => Capture): void;
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** The document store: synchronous in memory, journalled behind. */
export interface Store extends Reader {
  /** Number of commits so far. */
  readonly sequence: number;
  /**
   * Runs `work` as one commit: all of its writes become visible together, or none when it throws. Synchronous, so no
   * other request can come between its reads and its writes.
   */
  write<T>(work: (tx: Transaction) => T): T;
  /** Resolves when every commit so far is in the journal; rejects when the journal cannot be written. */
  settled(): Promise<void>;
  /** Called after each commit with its changes. Returns the unsubscribe function. */
  onCommit(listener: (changes: Change[]) => void): () => void;
  capture(): Capture;
  restore(capture: Capture): void;
  close(): Promise<void>;
}

type Tables = Map<Kind, Map<string, Documents[Kind]>>;

/**
 * Makes a store over `log`, starting with the documents `initial`.
 * @param log Journal, or null for a store that lives in memory only.
 */
export function createStore(log: CommitLog | null, initial: Capture | null, startSequence = 0): Store {
  let tables = copyTables(initial?.documents ?? new Map());
  let sequence = startSequence;
  const listeners = new Set<(changes: Change[]) => void>();

  const commit = (changes: Change[]): void => {
    if (changes.length === 0) return;
    for (const change of changes) applyChange(tables, change);
    sequence += 1;
    log?.append(changes, false);
    for (const listener of listeners) listener(changes);
  };

  log?.follow(() => ({ documents: copyTables(tables) }));
  return {
    get sequence() {
      return sequence;
    },
    get: (kind, key) => read(tables, kind, key),
    list: (kind, ...prefix) => select(tables, kind, prefix),
    write: (work) => {
      const pending = new Map<string, Change>();
      const result = work(transactionOver(tables, pending));
      commit([...pending.values()]);
      return result;
    },
    settled: async () => log?.settled(),
    onCommit: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    capture: () => ({ documents: copyTables(tables) }),
    restore: (capture) => {
      tables = copyTables(capture.documents);
      sequence += 1;
      const changes = allChanges(capture);
      log?.append(changes, true);
      for (const listener of listeners) listener(changes);
    },
    close: async () => log?.close(),
  };
}

/** Applies one change to tables; used by the store and by replay. */
export function applyChange(tables: Tables, change: Change): void {
  let table = tables.get(change.kind);
  if (table === undefined) {
    table = new Map();
    tables.set(change.kind, table);
  }
  if (change.value === null) table.delete(change.key);
  else table.set(change.key, change.value);
}

/** Every document of a capture as changes that rebuild it. */
export function allChanges(capture: Capture): Change[] {
  const changes: Change[] = [];
  for (const [kind, table] of capture.documents) {
    // The map's kind and its values' type belong together by construction.
    for (const [key, value] of table) changes.push({ kind, key, value } as Change);
  }
  return changes;
}

function transactionOver(tables: Tables, pending: Map<string, Change>): Transaction {
  const pendingKey = (kind: Kind, key: string): string => `${kind}\n${key}`;
  const get = <K extends Kind>(kind: K, key: string): Documents[K] | undefined => {
    const change = pending.get(pendingKey(kind, key));
    if (change !== undefined) return (change.value ?? undefined) as Documents[K] | undefined;
    return read(tables, kind, key);
  };
  return {
    get,
    list: (kind, ...prefix) => {
      const own = [...pending.values()].filter((change) => change.kind === kind);
      if (own.length === 0) return select(tables, kind, prefix);
      const merged: Tables = new Map([[kind, new Map(tables.get(kind))]]);
      for (const change of own) applyChange(merged, change);
      return select(merged, kind, prefix);
    },
    put: (kind, key, value) => {
      pending.set(pendingKey(kind, key), { kind, key, value } as Change);
    },
    delete: (kind, key) => {
      pending.set(pendingKey(kind, key), { kind, key, value: null });
    },
  };
}

function read<K extends Kind>(tables: Tables, kind: K, key: string): Documents[K] | undefined {
  return tables.get(kind)?.get(key) as Documents[K] | undefined;
}

function select<K extends Kind>(tables: Tables, kind: K, prefix: (string | null)[]): Documents[K][] {
  const table = tables.get(kind) as Map<string, Documents[K]> | undefined;
  if (table === undefined) return [];
  if (prefix.length === 0) return [...table.values()];
  const start = `${keyOf(...prefix)}\n`;
  const found: Documents[K][] = [];
  for (const [key, value] of table) if (key.startsWith(start)) found.push(value);
  return found;
}

function copyTables(source: ReadonlyMap<Kind, ReadonlyMap<string, Documents[Kind]>>): Tables {
  const copy: Tables = new Map();
  for (const [kind, table] of source) copy.set(kind, new Map(table));
  return copy;
}
