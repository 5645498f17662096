import type { ResolvedWorker } from '@cf-deploy/deployer';
import { expect, it } from 'vitest';
import { type LocalProject, mergeSeeds, seedOf } from './seed-of.ts';

const ACCOUNT = 'a'.repeat(32);

function worker(parts: Partial<ResolvedWorker>): ResolvedWorker {
  return {
    tenant: 'Acme_1',
    accountId: ACCOUNT,
    accountSubdomain: null,
    bindings: [],
    triggers: { workersDev: true },
    dispatchNamespace: null,
    ...parts,
  } as ResolvedWorker;
}

const project = (workers: LocalProject['workers'], rules: LocalProject['rules'] = {}): LocalProject => ({
  workers,
  rules,
});

it('makes the bucket that keeps uploads, and leaves the account its subdomain where a Worker is in it too', () => {
  const rules = { artifacts: { accountId: ACCOUNT, bucket: 'releases', jurisdiction: 'eu' } };
  expect(mergeSeeds(seedOf(project([worker({ accountSubdomain: 'acme' })], rules)))).toEqual({
    accounts: [{ id: ACCOUNT, name: 'Acme_1', subdomain: 'acme' }],
    r2Buckets: [{ accountId: ACCOUNT, name: 'releases', jurisdiction: 'eu' }],
  });
});

it('makes the account with the subdomain declared, else one made from the tenant', () => {
  expect(mergeSeeds(seedOf(project([worker({ accountSubdomain: 'acme' })])))).toEqual({
    accounts: [{ id: ACCOUNT, name: 'Acme_1', subdomain: 'acme' }],
  });
  expect(mergeSeeds(seedOf(project([worker({})]))).accounts?.[0]?.subdomain).toBe('acme-1');
});

it('makes what bindings point at, once, and nothing for those that point at nothing', () => {
  const bindings = [
    { type: 'kv_namespace', name: 'A', namespace_id: 'k' },
    { type: 'kv_namespace', name: 'B', namespace_id: 'k' },
    { type: 'd1', name: 'DB', id: 'd' },
    { type: 'r2_bucket', name: 'FILES', bucket_name: 'files', jurisdiction: 'eu' },
    { type: 'queue', name: 'Q', queue_name: 'jobs' },
    { type: 'vectorize', name: 'V', index_name: 'index' },
    { type: 'hyperdrive', name: 'H', id: 'h' },
    { type: 'dispatch_namespace', name: 'N', namespace: 'customers' },
    { type: 'mtls_certificate', name: 'M', certificate_id: 'c' },
    { type: 'secrets_store_secret', name: 'S', store_id: 's', secret_name: 'key' },
    { type: 'secrets_store_secret', name: 'S2', store_id: 's', secret_name: 'other' },
    { type: 'plain_text', name: 'T', text: 'x' },
    { type: 'service', name: 'O', service: 'other' },
    { type: 'inherit', name: 'I' },
  ];
  const { accounts: _, ...seed } = mergeSeeds(seedOf(project([worker({ bindings }), worker({ bindings })])));
  expect(seed).toEqual({
    kvNamespaces: [{ accountId: ACCOUNT, id: 'k', title: 'B k' }],
    d1Databases: [{ accountId: ACCOUNT, uuid: 'd', name: 'd' }],
    r2Buckets: [{ accountId: ACCOUNT, name: 'files', jurisdiction: 'eu' }],
    queues: [{ accountId: ACCOUNT, name: 'jobs' }],
    vectorizeIndexes: [{ accountId: ACCOUNT, name: 'index' }],
    hyperdriveConfigs: [{ accountId: ACCOUNT, id: 'h' }],
    dispatchNamespaces: [{ accountId: ACCOUNT, name: 'customers' }],
    certificates: [{ accountId: ACCOUNT, id: 'c' }],
    secretsStores: [
      { accountId: ACCOUNT, id: 's', secrets: ['key'] },
      { accountId: ACCOUNT, id: 's', secrets: ['other'] },
    ],
  });
});

it('makes the zones of routes and domains, queues consumed and the dispatch namespace', () => {
  const triggers = {
    workersDev: false,
    routes: [{ pattern: 'https://*.example.com/api/*' }, { pattern: 'x.test.org/*', zoneName: 'x.test.org' }],
    customDomains: [{ hostname: 'shop.example.net', zoneId: 'z'.repeat(32) }],
    queueConsumers: [{ queue: 'in', type: 'worker' as const, deadLetterQueue: 'dead', settings: {} }],
  };
  const { accounts: _, ...seed } = mergeSeeds(
    seedOf(project([worker({ triggers, dispatchNamespace: 'out' })])),
  );
  expect(seed).toEqual({
    queues: [
      { accountId: ACCOUNT, name: 'in' },
      { accountId: ACCOUNT, name: 'dead' },
    ],
    zones: [
      { accountId: ACCOUNT, name: 'example.com' },
      { accountId: ACCOUNT, name: 'x.test.org' },
      { accountId: ACCOUNT, name: 'example.net', id: 'z'.repeat(32) },
    ],
    dispatchNamespaces: [{ accountId: ACCOUNT, name: 'out' }],
  });
});

it('makes a database that is only named, as the templates of Cloudflare do it, always with the same id', () => {
  const named = worker({ bindings: [{ type: 'd1', name: 'DB', database_name: 'my-db' }] });
  const { d1Databases } = mergeSeeds(seedOf(project([named, { ...named, tenant: 'other' }])));
  expect(d1Databases).toEqual([
    {
      accountId: ACCOUNT,
      name: 'my-db',
      uuid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string,
    },
  ]);
});
