import type { Clock } from '../clock.ts';
import type { Ids } from '../ids.ts';
import { keyOf } from '../store/documents.ts';
import type { Documents, Kind } from '../store/documents.ts';
import type { HyperdriveDocument } from '../store/model/storage.ts';
import { putToken } from './tokens.ts';
import type { TokenSeed } from './tokens.ts';
import type { Store, Transaction } from '../store/store.ts';
import { bucketKey } from '../store/documents.ts';

/** An entry of each list of a {@link Seed}. */
export interface SeedEntries {
  accounts: {
    id: string;
    name?: string;
    plan?: 'free' | 'paid';
    /** Workers it may have, instead of those of its plan. */
    workerLimit?: number;
    subdomain?: string | null;
  };
  tokens: TokenSeed;
  kvNamespaces: { accountId: string; id: string; title?: string };
  d1Databases: { accountId: string; uuid: string; name: string };
  r2Buckets: { accountId: string; name: string; jurisdiction?: string };
  queues: { accountId: string; name: string; id?: string };
  vectorizeIndexes: {
    accountId: string;
    name: string;
    dimensions?: number;
    metric?: string;
    description?: string;
  };
  hyperdriveConfigs: {
    accountId: string;
    id: string;
    name?: string;
    origin?: HyperdriveDocument['origin'];
  };
  zones: { accountId: string; name: string; id?: string };
  dispatchNamespaces: { accountId: string; name: string };
  /** A secret with a value can be read by Workers that bind it. */
  secretsStores: {
    accountId: string;
    id: string;
    name?: string;
    secrets?: (string | { name: string; value: string })[];
  };
  certificates: { accountId: string; id: string; name?: string };
  /** A DNS record that no custom domain made; `zone` is a zone name. */
  dnsRecords: { zone: string; hostname: string; content?: string };
}

/** Resources that exist from the start. Ids are taken as given, so configurations that name them work. */
export type Seed = { [L in keyof SeedEntries]?: SeedEntries[L][] };

/** What a seed is applied with. */
interface Sowing {
  readonly tx: Transaction;
  readonly ids: Ids;
  /** Time of creation, ISO 8601. */
  readonly now: string;
}

/** One function for each list: adds one of its entries. */
type Sowers = { readonly [L in keyof SeedEntries]: (sowing: Sowing, entry: SeedEntries[L]) => void };

/**
 * Adds what is not there yet; what exists stays as it is, except tokens, which are replaced, and stores, which get the
 * secrets they miss. One commit.
 * @throws Error when a DNS record names a zone that does not exist.
 */
export function applySeed(store: Store, seed: Seed, services: { clock: Clock; ids: Ids }): void {
  const now = services.clock.now().toISOString();
  store.write((tx) => {
    for (const list of LISTS) sowList({ tx, ids: services.ids, now }, list, seed);
  });
}

function sowList<L extends keyof SeedEntries>(sowing: Sowing, list: L, seed: Seed): void {
  const sow: Sowers[L] = SOWERS[list];
  const entries: Seed[L] = seed[list];
  for (const entry of entries ?? []) sow(sowing, entry);
}

const SOWERS: Sowers = {
  accounts: ({ tx, now }, { id, name, plan, workerLimit, subdomain }) => {
    const before = tx.get('account', id);
    const workers = workerLimit ?? before?.workerLimit;
    tx.put('account', id, {
      id,
      name: name ?? before?.name ?? `Account ${id.slice(0, 8)}`,
      plan: plan ?? before?.plan ?? 'paid',
      ...(workers === undefined ? {} : { workerLimit: workers }),
      subdomain: before?.subdomain ?? subdomain ?? null,
      createdOn: before?.createdOn ?? now,
    });
  },
  tokens: ({ tx, ids }, token) => putToken(tx, token, ids),
  kvNamespaces: ({ tx }, { accountId, id, title = id }) =>
    add(tx, 'kv', keyOf(accountId, id), { accountId, id, title }),
  d1Databases: ({ tx, now }, { accountId, uuid, name }) =>
    add(tx, 'd1', keyOf(accountId, uuid), { accountId, uuid, name, createdOn: now }),
  r2Buckets: ({ tx, now }, { accountId, name, jurisdiction = 'default' }) =>
    add(tx, 'r2', bucketKey(accountId, name, jurisdiction), {
      accountId,
      name,
      jurisdiction,
      location: null,
      storageClass: 'Standard',
      createdOn: now,
    }),
  queues: ({ tx, ids, now }, { accountId, name, id: given }) => {
    if (tx.list('queue', accountId).some((queue) => queue.name === name)) return;
    const id = given ?? ids.hex();
    const queue = { accountId, id, name, ...both(now), settings: {}, consumers: [] };
    tx.put('queue', keyOf(accountId, id), queue);
  },
  vectorizeIndexes: ({ tx, now }, { accountId, name, ...settings }) => {
    const { dimensions = 768, metric = 'cosine', description = '' } = settings;
    const index = { accountId, name, description, dimensions, metric, ...both(now) };
    add(tx, 'vectorize', keyOf(accountId, name), index);
  },
  hyperdriveConfigs: ({ tx, now }, { accountId, id, name = id, origin = {} }) => {
    const config = { accountId, id, name, origin, caching: { disabled: false }, ...both(now) };
    add(tx, 'hyperdrive', keyOf(accountId, id), config);
  },
  zones: ({ tx, ids, now }, { accountId, name, id: given }) => {
    if (tx.list('zone').some((zone) => zone.name === name)) return;
    const id = given ?? ids.hex();
    tx.put('zone', id, { id, accountId, name, createdOn: now });
  },
  dispatchNamespaces: ({ tx, ids, now }, { accountId, name }) =>
    add(tx, 'dispatchNamespace', keyOf(accountId, name), {
      accountId,
      id: ids.uuid(),
      name,
      trustedWorkers: false,
      createdBy: accountId,
      modifiedBy: accountId,
      ...both(now),
    }),
  secretsStores: ({ tx, ids, now }, { accountId, id, name = id, secrets = [] }) => {
    const key = keyOf(accountId, id);
    const before = tx.get('secretsStore', key) ?? { accountId, id, name, ...both(now), secrets: [] };
    const added = secrets
      .map((secret) => (typeof secret === 'string' ? { name: secret, value: null } : secret))
      .filter((secret) => !before.secrets.some((known) => known.name === secret.name))
      .map((secret) => ({ id: ids.hex(), ...secret, scopes: ['workers'], comment: '', ...both(now) }));
    tx.put('secretsStore', key, { ...before, secrets: [...before.secrets, ...added] });
  },
  certificates: ({ tx }, { accountId, id, name = id }) =>
    add(tx, 'certificate', keyOf(accountId, id), { accountId, id, name }),
  dnsRecords: ({ tx, ids }, { zone: zoneName, hostname, content = '192.0.2.1' }) => {
    const zone = tx.list('zone').find(({ name }) => name === zoneName);
    if (zone === undefined) throw new Error(`There is no zone ${zoneName} for the DNS record ${hostname}.`);
    if (tx.list('dnsRecord', zone.id).some((record) => record.hostname === hostname)) return;
    const id = ids.hex();
    tx.put('dnsRecord', keyOf(zone.id, id), { zoneId: zone.id, id, hostname, content });
  },
};

/** In this order: DNS records need their zones. */
const LISTS = Object.keys(SOWERS) as (keyof SeedEntries)[];

function both(now: string): { createdOn: string; modifiedOn: string } {
  return { createdOn: now, modifiedOn: now };
}

function add<K extends Kind>(tx: Transaction, kind: K, key: string, value: Documents[K]): void {
  if (tx.get(kind, key) === undefined) tx.put(kind, key, value);
}
