import type { Clock } from '../../clock.ts';
import type { Json } from '../../json.ts';
import type { DataPlane } from '../contract.ts';

interface Entry {
  readonly value: Uint8Array;
  readonly metadata: Json;
  /** Seconds since 1970, or null when it stays. */
  readonly expiration: number | null;
}

/** A data plane in memory: KV values, which expire by the clock, and empty buckets. @throws Error for SQL: there is none. */
export function createMemoryData(clock: Clock): DataPlane {
  const namespaces = new Map<string, Map<string, Entry>>();
  const of = (account: string, id: string): Map<string, Entry> => {
    const key = `${account}/${id}`;
    const known = namespaces.get(key) ?? new Map<string, Entry>();
    namespaces.set(key, known);
    return known;
  };
  const seconds = (): number => Math.floor(clock.now().getTime() / 1_000);
  const isThere = ({ expiration }: Entry): boolean => expiration === null || expiration > seconds();
  return {
    kvGet: async (account, id, key) => {
      const entry = of(account, id).get(key);
      return entry === undefined || !isThere(entry) ? null : entry;
    },
    kvPut: async (account, id, key, value, { expiration, expirationTtl, metadata = null }) => {
      const ends = expirationTtl === undefined ? expiration : seconds() + expirationTtl;
      of(account, id).set(key, { value, metadata, expiration: ends ?? null });
    },
    kvDelete: async (account, id, key) => void of(account, id).delete(key),
    kvList: async (account, id, { prefix = '', limit = 1_000, cursor = '' }) => {
      const names = [...of(account, id)]
        .filter(([name, entry]) => name.startsWith(prefix) && name > cursor && isThere(entry))
        .toSorted(([one], [other]) => (one < other ? -1 : 1));
      const keys = names.slice(0, limit).map(([name, { expiration, metadata }]) => ({
        name,
        ...(expiration === null ? {} : { expiration }),
        ...(metadata === null ? {} : { metadata }),
      }));
      return { keys, cursor: names.length > limit ? (keys.at(-1)?.name ?? null) : null };
    },
    d1Query: () => Promise.reject(new Error('The double of the runtime runs no SQL.')),
    r2Empty: async () => true,
    drop: async (account, kind, id) => {
      if (kind === 'kv') namespaces.delete(`${account}/${id}`);
    },
  };
}
