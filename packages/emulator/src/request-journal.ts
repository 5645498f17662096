import { matchPath } from './path-pattern.ts';
import type { Json } from './json.ts';

/** One API request as it happened. Holds no credential and no secret text. */
export interface JournalEntry {
  /** Counts up from 1. */
  id: number;
  at: string;
  method: string;
  /** Path below `/client/v4`. */
  path: string;
  query: Record<string, string>;
  /** First part of the user agent. */
  client: string;
  /** JSON body, redacted; `metadata` of an upload; null for everything else. */
  body: Json | undefined;
  /** HTTP status answered; null while running, or when the connection was cut. */
  status: number | null;
  /** API error codes answered. */
  codes: number[];
  durationMs: number | null;
  /** Name of the dialled fault that hit it. */
  fault: string | null;
}

/** Chooses entries. */
export interface JournalFilter {
  method?: string;
  /** Path pattern, see `matchPath`. */
  path?: string | RegExp;
  status?: number;
}

/** The newest API requests and their counts. */
export interface RequestJournal {
  requests(filter?: JournalFilter): JournalEntry[];
  count(filter?: JournalFilter): number;
  /** Requests per `METHOD status-class`, over the whole run, e.g. `{ 'GET 2xx': 12 }`. */
  counters(): Record<string, number>;
  clear(): void;
  /** For the app. */
  begin(entry: Omit<JournalEntry, 'id' | 'status' | 'codes' | 'durationMs' | 'fault'>): JournalEntry;
  finish(entry: JournalEntry): void;
}

/** A journal of the last `capacity` requests. */
export function createRequestJournal(capacity = 10_000): RequestJournal {
  let entries: JournalEntry[] = [];
  let nextId = 1;
  let totals = new Map<string, number>();
  const requests = (filter: JournalFilter = {}): JournalEntry[] =>
    entries.slice(-capacity).filter((entry) => fits(entry, filter));
  return {
    requests,
    count: (filter) => requests(filter).length,
    counters: () => Object.fromEntries([...totals].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    clear: () => {
      entries = [];
      totals = new Map();
    },
    begin: ({ at, method, path, query, client, body }) => {
      const begun: JournalEntry = {
        at,
        method,
        path,
        query,
        client,
        body,
        id: nextId,
        status: null,
        codes: [],
        durationMs: null,
        fault: null,
      };
      nextId += 1;
      entries.push(begun);
      // Not at every request: it moves all of them.
      if (entries.length > 2 * capacity) entries = entries.slice(-capacity);
      return begun;
    },
    finish: (entry) => {
      const outcome = entry.status === null ? 'lost' : `${Math.floor(entry.status / 100)}xx`;
      const key = `${entry.method} ${outcome}`;
      totals.set(key, (totals.get(key) ?? 0) + 1);
    },
  };
}

function fits(entry: JournalEntry, filter: JournalFilter): boolean {
  if (filter.method !== undefined && filter.method !== entry.method) return false;
  if (filter.status !== undefined && filter.status !== entry.status) return false;
  return filter.path === undefined || matchPath(filter.path, entry.path);
}
