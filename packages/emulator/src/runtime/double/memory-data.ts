import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Json } from '../../json.ts';
import type { DataPlane, R2ObjectContent } from '../contract.ts';

/** A data plane in memory: KV values, which expire by the clock, and R2 objects. @throws Error for SQL and vectors. */
export function createMemoryData(clock: Clock): DataPlane {
  const values = createTables<KvEntry>();
  const objects = createTables<R2ObjectContent>();
  return {
    ...kvOver(values, clock),
    ...r2Over(objects, clock),
    d1Query: () => Promise.reject(new Error('The double of the runtime runs no SQL.')),
    vectorize: () => Promise.reject(new Error('The double of the runtime keeps no vectors.')),
    drop: async (account, kind, id) => {
      if (kind === 'kv') values.drop(account, id);
      if (kind === 'r2') objects.drop(account, id);
    },
  };
}

interface KvEntry {
  readonly value: Uint8Array;
  readonly metadata: Json;
  /** Seconds since 1970, or null when it stays. */
  readonly expiration: number | null;
}

function kvOver(
  tables: Tables<KvEntry>,
  clock: Clock,
): Pick<DataPlane, 'kvGet' | 'kvPut' | 'kvDelete' | 'kvList'> {
  const seconds = (): number => Math.floor(clock.now().getTime() / 1_000);
  const isThere = ({ expiration }: KvEntry): boolean => expiration === null || expiration > seconds();
  return {
    kvGet: async (account, id, key) => {
      const entry = tables.of(account, id).get(key);
      return entry === undefined || !isThere(entry) ? null : entry;
    },
    kvPut: async (account, id, key, value, { expiration, expirationTtl, metadata = null }) => {
      const ends = expirationTtl === undefined ? expiration : seconds() + expirationTtl;
      tables.of(account, id).set(key, { value, metadata, expiration: ends ?? null });
    },
    kvDelete: async (account, id, key) => void tables.of(account, id).delete(key),
    kvList: async (account, id, options) => {
      const there = [...tables.of(account, id)].filter(([, entry]) => isThere(entry));
      const { items, cursor } = page(there, options);
      const keys = items.map(([name, { expiration, metadata }]) => ({
        name,
        ...(expiration === null ? {} : { expiration }),
        ...(metadata === null ? {} : { metadata }),
      }));
      return { keys, cursor };
    },
  };
}

function r2Over(
  tables: Tables<R2ObjectContent>,
  clock: Clock,
): Pick<DataPlane, 'r2List' | 'r2Get' | 'r2Put' | 'r2Delete'> {
  return {
    r2List: async (account, bucket, options) => {
      const { items, cursor } = page([...tables.of(account, bucket)], options);
      return { objects: items.map(([, { bytes: _bytes, ...info }]) => info), cursor };
    },
    r2Get: async (account, bucket, key) => tables.of(account, bucket).get(key) ?? null,
    r2Put: async (account, bucket, key, bytes, contentType) => {
      const etag = createHash('md5').update(bytes).digest('hex');
      const uploaded = clock.now().toISOString();
      const info = { key, size: bytes.byteLength, etag, uploaded, contentType };
      tables.of(account, bucket).set(key, { ...info, bytes });
      return info;
    },
    r2Delete: async (account, bucket, key) => void tables.of(account, bucket).delete(key),
  };
}

/** The contents of resources, by account and id. */
interface Tables<V> {
  of(account: string, id: string): Map<string, V>;
  drop(account: string, id: string): void;
}

function createTables<V>(): Tables<V> {
  const tables = new Map<string, Map<string, V>>();
  return {
    of: (account, id) => {
      const known = tables.get(`${account}/${id}`) ?? new Map<string, V>();
      tables.set(`${account}/${id}`, known);
      return known;
    },
    drop: (account, id) => void tables.delete(`${account}/${id}`),
  };
}

/** The first `limit` entries after the cursor, by key. */
function page<V>(
  entries: readonly [string, V][],
  { prefix = '', limit = 1_000, cursor = '' }: { prefix?: string; limit?: number; cursor?: string },
): { items: [string, V][]; cursor: string | null } {
  const found = entries
    .filter(([key]) => key.startsWith(prefix) && key > cursor)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  const items = found.slice(0, limit);
  return { items, cursor: found.length > limit ? (items.at(-1)?.[0] ?? null) : null };
}
