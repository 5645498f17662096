import { listAccounts, type SeenAccount } from './accounts.ts';
import type { ReadClient } from './client/calls.ts';
import { findDatabaseId } from './databases.ts';
import { listDomains, type LiveDomain } from './domains.ts';
import { targetExists, type LookedUpTarget } from './existence.ts';
import { listQueues, type LiveQueue } from './queues.ts';
import { listZoneRoutes, type ZoneRoute } from './routes.ts';
import { listWorkflows, type LiveWorkflow } from './workflows.ts';
import { getAccountSubdomain } from './workers-dev.ts';
import { findZone, seesZones } from './zones.ts';

/** What the tenants of one account share. Each is read at most once per run, however many tenants ask. */
export interface AccountReads {
  /** Those that the token sees; asked where a Worker names no account. */
  accounts(reader: ReadClient): Promise<readonly SeenAccount[]>;
  subdomain(reader: ReadClient): Promise<string | null>;
  /** Id of a D1 database that several tenants may name. */
  databaseId(reader: ReadClient, name: string): Promise<string | null>;
  domains(reader: ReadClient): Promise<readonly LiveDomain[]>;
  queues(reader: ReadClient): Promise<readonly LiveQueue[]>;
  workflows(reader: ReadClient): Promise<readonly LiveWorkflow[]>;
  /** Whether a resource that several tenants may bind exists. */
  exists(reader: ReadClient, target: LookedUpTarget): Promise<boolean>;
  zone(reader: ReadClient, name: string): Promise<{ readonly id: string; readonly name: string } | null>;
  /** Whether the token sees any zone of the account. */
  seesZones(reader: ReadClient): Promise<boolean>;
  zoneRoutes(reader: ReadClient, zoneId: string): Promise<readonly ZoneRoute[]>;
}

/**
 * Shared reads of one account in one run. The first tenant to ask pays the call with its own client; a failed read is
 * not remembered.
 */
export function createAccountReads(): AccountReads {
  const memory = new Map<string, Promise<unknown>>();
  const once = <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const known = memory.get(key) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const reading = read();
    memory.set(key, reading);
    reading.catch(() => memory.delete(key));
    return reading;
  };
  return {
    accounts: (reader) => once('accounts', () => listAccounts(reader)),
    databaseId: (reader, name) => once(`database:${name}`, () => findDatabaseId(reader, name)),
    subdomain: (reader) => once('subdomain', () => getAccountSubdomain(reader)),
    domains: (reader) => once('domains', () => listDomains(reader)),
    queues: (reader) => once('queues', () => listQueues(reader)),
    workflows: (reader) => once('workflows', () => listWorkflows(reader)),
    exists: (reader, target) =>
      once(`exists:${target.kind}:${target.jurisdiction ?? ''}:${target.id}`, () =>
        targetExists(reader, target),
      ),
    zone: (reader, name) => once(`zone:${name}`, () => findZone(reader, name)),
    seesZones: (reader) => once('zones', () => seesZones(reader)),
    zoneRoutes: (reader, zoneId) => once(`routes:${zoneId}`, () => listZoneRoutes(reader, zoneId)),
  };
}
