import type { Clock } from '../clock.ts';
import type { Ids } from '../ids.ts';
import { keyOf } from '../store/documents.ts';
import type { Documents, Kind } from '../store/documents.ts';
import type { DispatchNamespaceDocument } from '../store/model.ts';
import { putToken } from './tokens.ts';
import type { TokenSeed } from './tokens.ts';
import type { Store, Transaction } from '../store/store.ts';
import { bucketKey } from '../store/documents.ts';
import type { JsonObject } from '../json.ts';

/** Resources that exist from the start. Ids are taken as given, so configurations that name them work. */
export interface Seed {
  accounts?: { id: string; name?: string; plan?: 'free' | 'paid'; subdomain?: string | null }[];
  tokens?: TokenSeed[];
  kvNamespaces?: { accountId: string; id: string; title?: string }[];
  d1Databases?: { accountId: string; uuid: string; name: string }[];
  r2Buckets?: { accountId: string; name: string; jurisdiction?: string }[];
  queues?: { accountId: string; name: string; id?: string }[];
  vectorizeIndexes?: {
    accountId: string;
    name: string;
    dimensions?: number;
    metric?: string;
    description?: string;
  }[];
  hyperdriveConfigs?: { accountId: string; id: string; name?: string; origin?: JsonObject }[];
  zones?: { accountId: string; name: string; id?: string }[];
  dispatchNamespaces?: { accountId: string; name: string }[];
  /** A secret with a value can be read by Workers that bind it. */
  secretsStores?: {
    accountId: string;
    id: string;
    name?: string;
    secrets?: (string | { name: string; value: string })[];
  }[];
  certificates?: { accountId: string; id: string; name?: string }[];
  /** DNS records that no custom domain made; `zone` is a zone name. */
  dnsRecords?: { zone: string; hostname: string; content?: string }[];
}

/**
 * Adds what is not there yet; what exists stays as it is, except tokens, which are replaced. One commit.
 * @throws Error when a DNS record names a zone that does not exist.
 */
export function applySeed(store: Store, seed: Seed, services: { clock: Clock; ids: Ids }): void {
  const now = services.clock.now().toISOString();
  const { ids } = services;
  store.write((tx) => {
    for (const { id, name, plan, subdomain } of seed.accounts ?? []) {
      const before = tx.get('account', id);
      tx.put('account', id, {
        id,
        name: name ?? before?.name ?? `Account ${id.slice(0, 8)}`,
        plan: plan ?? before?.plan ?? 'paid',
        subdomain: before?.subdomain ?? subdomain ?? null,
        createdOn: before?.createdOn ?? now,
      });
    }
    for (const token of seed.tokens ?? []) putToken(tx, token, ids);
    for (const { accountId, id, title } of seed.kvNamespaces ?? []) {
      add(tx, 'kv', keyOf(accountId, id), { accountId, id, title: title ?? id });
    }
    for (const { accountId, uuid, name } of seed.d1Databases ?? []) {
      add(tx, 'd1', keyOf(accountId, uuid), { accountId, uuid, name, createdOn: now });
    }
    for (const { accountId, name, jurisdiction = 'default' } of seed.r2Buckets ?? []) {
      add(tx, 'r2', bucketKey(accountId, name, jurisdiction), {
        accountId,
        name,
        jurisdiction,
        location: null,
        storageClass: 'Standard',
        createdOn: now,
      });
    }
    for (const { accountId, name, id } of seed.queues ?? []) {
      if (tx.list('queue', accountId).some((queue) => queue.name === name)) continue;
      const queueId = id ?? ids.hex();
      const times = { createdOn: now, modifiedOn: now };
      tx.put('queue', keyOf(accountId, queueId), {
        accountId,
        id: queueId,
        name,
        ...times,
        settings: {},
        consumers: [],
      });
    }
    for (const {
      accountId,
      name,
      dimensions = 768,
      metric = 'cosine',
      description = '',
    } of seed.vectorizeIndexes ?? []) {
      const times = { createdOn: now, modifiedOn: now };
      add(tx, 'vectorize', keyOf(accountId, name), {
        accountId,
        name,
        description,
        dimensions,
        metric,
        ...times,
      });
    }
    for (const { accountId, id, name = id, origin = {} } of seed.hyperdriveConfigs ?? []) {
      const times = { createdOn: now, modifiedOn: now };
      add(tx, 'hyperdrive', keyOf(accountId, id), {
        accountId,
        id,
        name,
        origin,
        caching: { disabled: false },
        ...times,
      });
    }
    for (const { accountId, name, id } of seed.zones ?? []) {
      if (tx.list('zone').some((zone) => zone.name === name)) continue;
      const zoneId = id ?? ids.hex();
      tx.put('zone', zoneId, { id: zoneId, accountId, name, createdOn: now });
    }
    for (const { accountId, name } of seed.dispatchNamespaces ?? []) {
      const namespace: DispatchNamespaceDocument = {
        accountId,
        id: ids.uuid(),
        name,
        trustedWorkers: false,
        createdOn: now,
        modifiedOn: now,
        createdBy: accountId,
        modifiedBy: accountId,
      };
      add(tx, 'dispatchNamespace', keyOf(accountId, name), namespace);
    }
    for (const { accountId, id, name = id, secrets = [] } of seed.secretsStores ?? []) {
      const times = { createdOn: now, modifiedOn: now };
      add(tx, 'secretsStore', keyOf(accountId, id), {
        accountId,
        id,
        name,
        ...times,
        secrets: secrets.map((secret) => ({
          id: ids.hex(),
          ...(typeof secret === 'string' ? { name: secret, value: null } : secret),
          scopes: ['workers'],
          comment: '',
          ...times,
        })),
      });
    }
    for (const { accountId, id, name = id } of seed.certificates ?? []) {
      add(tx, 'certificate', keyOf(accountId, id), { accountId, id, name });
    }
    for (const { zone: zoneName, hostname, content = '192.0.2.1' } of seed.dnsRecords ?? []) {
      const zone = tx.list('zone').find(({ name }) => name === zoneName);
      if (zone === undefined) throw new Error(`There is no zone ${zoneName} for the DNS record ${hostname}.`);
      if (tx.list('dnsRecord', zone.id).some((record) => record.hostname === hostname)) continue;
      const id = ids.hex();
      tx.put('dnsRecord', keyOf(zone.id, id), { zoneId: zone.id, id, hostname, content });
    }
  });
}

function add<K extends Kind>(tx: Transaction, kind: K, key: string, value: Documents[K]): void {
  if (tx.get(kind, key) === undefined) tx.put(kind, key, value);
}
