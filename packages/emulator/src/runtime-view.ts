import type { Clock } from './clock.ts';
import type { BlobStore } from './store/blobs.ts';
import { keyOf, scriptKey } from './store/documents.ts';
import type { ScriptDocument } from './store/model/scripts.ts';
import type { Reader } from './store/store.ts';
import { bucketKey } from './store/documents.ts';
import type { RuntimeView } from './runtime/contract.ts';

/** What a view is made of. */
export interface RuntimeViewOptions {
  store: Reader;
  blobs: BlobStore;
  clock: Clock;
  /** Milliseconds until a new deployment reaches the edge. */
  propagationMs: () => number;
}

/**
 * The documents as the runtime sees them. A deployment is seen only when the propagation delay is over: until then the
 * one before serves, or nothing does.
 */
export function createRuntimeView(options: RuntimeViewOptions): RuntimeView {
  const { store, blobs } = options;
  const seen = (script: ScriptDocument): ScriptDocument => {
    const delay = options.propagationMs();
    if (delay === 0) return script;
    const reached = new Date(options.clock.now().getTime() - delay).toISOString();
    const deployments = script.deployments.filter(({ createdOn }) => createdOn <= reached);
    return deployments.length === script.deployments.length ? script : { ...script, deployments };
  };
  return {
    accounts: () => store.list('account'),
    script: (accountId, name, dispatchNamespace) => {
      const script = store.get('script', scriptKey(accountId, name, dispatchNamespace));
      return script === undefined ? undefined : seen(script);
    },
    scripts: (accountId) => store.list('script', accountId).map(seen),
    queues: (accountId) => store.list('queue', accountId),
    workflows: (accountId) => store.list('workflow', accountId),
    kvNamespace: (accountId, id) => store.get('kv', keyOf(accountId, id)),
    d1Database: (accountId, uuid) => store.get('d1', keyOf(accountId, uuid)),
    r2Bucket: (accountId, name) =>
      store.get('r2', bucketKey(accountId, name, 'default')) ??
      store.list('r2', accountId).find((bucket) => bucket.name === name),
    routes: () =>
      store.list('route').flatMap((route) => {
        const zone = store.get('zone', route.zoneId);
        return zone === undefined ? [] : [{ ...route, accountId: zone.accountId, zoneName: zone.name }];
      }),
    vectorizeIndex: (accountId, name) => store.get('vectorize', keyOf(accountId, name)),
    secretsStoreSecret: (accountId, storeId, secretName) => {
      const secrets = store.get('secretsStore', keyOf(accountId, storeId))?.secrets;
      return secrets?.find((secret) => secret.name === secretName)?.value ?? undefined;
    },
    customDomains: () => store.list('domain'),
    blob: (hash) => blobs.get(hash),
  };
}
