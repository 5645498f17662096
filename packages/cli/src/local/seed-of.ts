import { createHash } from 'node:crypto';
import type { ProjectRules, ResolvedWorker } from '@cf-deploy/deployer';
import type { Seed } from '@cf-deploy/emulator';
import { compact } from '../compact.ts';

/** One resource to make, with a key that tells whether it was made before. */
export interface SeedEntry {
  readonly key: string;
  readonly seed: Seed;
}

/** What the project's files say of things that exist in an account. */
export interface LocalProject {
  /** Every tenant in every environment, as far as the files can be resolved. */
  readonly workers: readonly ResolvedWorker[];
  readonly rules: ProjectRules;
}

type Binding = ResolvedWorker['bindings'][number];

/**
 * Everything the given Workers name and a real account would have: the account with its subdomain, what the bindings
 * point at, queues consumed, zones of routes and custom domains, the dispatch namespace, and the project's bucket for
 * uploads. Other Workers are not: they are deployed. One entry for each thing, however many Workers name it.
 */
export function seedOf({ workers, rules }: LocalProject): readonly SeedEntry[] {
  const entries = workers.flatMap((worker) => [
    accountEntry(worker),
    ...worker.bindings.flatMap((binding) => bindingEntries(worker.accountId, binding)),
    ...triggerEntries(worker),
    ...namespaceEntries(worker),
  ]);
  const all = [...uploadsEntries(rules), ...entries];
  return [...new Map(all.map((entry) => [entry.key, entry])).values()];
}

/** The union of what the entries make. */
export function mergeSeeds(entries: readonly SeedEntry[]): Seed {
  const merged: Record<string, object[]> = {};
  for (const { seed } of entries) {
    for (const [kind, items] of Object.entries<readonly object[]>(seed)) (merged[kind] ??= []).push(...items);
  }
  return merged;
}

function accountEntry({ accountId, accountSubdomain, tenant }: ResolvedWorker): SeedEntry {
  const subdomain = accountSubdomain ?? tenant.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-');
  return { key: `account ${accountId}`, seed: { accounts: [{ id: accountId, name: tenant, subdomain }] } };
}

/** The bucket that keeps uploads. Its account may be one that no Worker is in. */
function uploadsEntries({ artifacts }: ProjectRules): readonly SeedEntry[] {
  if (artifacts === undefined) return [];
  const { accountId, bucket: name, jurisdiction } = artifacts;
  return [
    { key: `account ${accountId}`, seed: { accounts: [{ id: accountId }] } },
    {
      key: `r2_bucket ${accountId} ${name}`,
      seed: { r2Buckets: [{ accountId, name, ...compact({ jurisdiction }) }] },
    },
  ];
}

function bindingEntries(accountId: string, binding: Binding): readonly SeedEntry[] {
  const text = (field: string): string | undefined => {
    const value = binding[field];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const entry = (id: string | undefined, make: (id: string) => Seed): readonly SeedEntry[] =>
    id === undefined ? [] : [{ key: `${binding.type} ${accountId} ${id}`, seed: make(id) }];
  switch (binding.type) {
    case 'kv_namespace':
      return entry(text('namespace_id'), (id) => ({
        kvNamespaces: [{ accountId, id, title: `${binding.name} ${id}` }],
      }));
    case 'd1':
      return databaseEntries(accountId, { id: text('id'), name: text('database_name') });
    case 'r2_bucket': {
      const jurisdiction = text('jurisdiction');
      return entry(text('bucket_name'), (name) => ({
        r2Buckets: [{ accountId, name, ...compact({ jurisdiction }) }],
      }));
    }
    case 'queue':
      return queueEntries(accountId, text('queue_name'));
    case 'vectorize':
      return entry(text('index_name'), (name) => ({ vectorizeIndexes: [{ accountId, name }] }));
    case 'hyperdrive':
      return entry(text('id'), (id) => ({ hyperdriveConfigs: [{ accountId, id }] }));
    case 'dispatch_namespace':
      return dispatchEntries(accountId, text('namespace'));
    case 'mtls_certificate':
      return entry(text('certificate_id'), (id) => ({ certificates: [{ accountId, id }] }));
    case 'secrets_store_secret':
      return secretEntries(accountId, text('store_id'), text('secret_name'));
    default:
      return [];
  }
}

/** A database that the files only name has an id all the same: always the same one. */
function databaseEntries(
  accountId: string,
  { id, name }: { readonly id: string | undefined; readonly name: string | undefined },
): readonly SeedEntry[] {
  const uuid = id ?? (name === undefined ? undefined : uuidOf(`${accountId} ${name}`));
  if (uuid === undefined) return [];
  const seed = { d1Databases: [{ accountId, uuid, name: name ?? uuid }] };
  return [{ key: `d1 ${accountId} ${uuid}`, seed }];
}

/** 32 hexadecimal digits of a text's digest, in groups as of a UUID. */
function uuidOf(text: string): string {
  const digest = createHash('sha256').update(text).digest('hex');
  return digest.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function triggerEntries({ accountId, triggers }: ResolvedWorker): readonly SeedEntry[] {
  const consumers = (triggers.queueConsumers ?? []).flatMap(({ queue, deadLetterQueue }) => [
    ...queueEntries(accountId, queue),
    ...queueEntries(accountId, deadLetterQueue),
  ]);
  const routes = (triggers.routes ?? []).flatMap(({ pattern, zoneId, zoneName }) =>
    zoneEntries(accountId, { zoneId, zoneName: zoneName ?? zoneOf(hostOf(pattern)) }),
  );
  const domains = (triggers.customDomains ?? []).flatMap(({ hostname, zoneId, zoneName }) =>
    zoneEntries(accountId, { zoneId, zoneName: zoneName ?? zoneOf(hostname) }),
  );
  return [...consumers, ...routes, ...domains];
}

function namespaceEntries({ accountId, dispatchNamespace }: ResolvedWorker): readonly SeedEntry[] {
  return dispatchEntries(accountId, dispatchNamespace ?? undefined);
}

function queueEntries(accountId: string, name: string | undefined): readonly SeedEntry[] {
  return name === undefined
    ? []
    : [{ key: `queue ${accountId} ${name}`, seed: { queues: [{ accountId, name }] } }];
}

/** One for each secret, because Workers may bind several of one store. */
function secretEntries(
  accountId: string,
  id: string | undefined,
  secret: string | undefined,
): readonly SeedEntry[] {
  if (id === undefined) return [];
  const secrets = secret === undefined ? [] : [secret];
  const key = ['secrets_store_secret', accountId, id, ...secrets].join(' ');
  return [{ key, seed: { secretsStores: [{ accountId, id, secrets }] } }];
}

function dispatchEntries(accountId: string, name: string | undefined): readonly SeedEntry[] {
  if (name === undefined) return [];
  return [{ key: `dispatch ${accountId} ${name}`, seed: { dispatchNamespaces: [{ accountId, name }] } }];
}

function zoneEntries(
  accountId: string,
  { zoneId, zoneName }: { readonly zoneId: string | undefined; readonly zoneName: string },
): readonly SeedEntry[] {
  const zone = { accountId, name: zoneName, ...compact({ id: zoneId }) };
  return [{ key: `zone ${zoneName}`, seed: { zones: [zone] } }];
}

/** Host of a route pattern: `*.example.com/api/*` → `example.com`. */
function hostOf(pattern: string): string {
  const host = pattern.replace(/^[a-z*]+:\/\//, '').split('/')[0] ?? '';
  return host.replace(/^\*\.?/, '').replace(/:\d+$/, '');
}

/** The zone a host is most likely in: its last two labels. Real zones may be deeper; then the file should say so. */
function zoneOf(host: string): string {
  return host.split('.').slice(-2).join('.');
}
