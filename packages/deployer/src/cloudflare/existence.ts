import type { BindingTarget } from '../bindings/binding.ts';
import type { ReadClient } from './client/calls.ts';
import { path } from './client/path.ts';
import { NO_SUCH_WORKER } from './scripts.ts';
import { anyShape } from './shapes.ts';

/** A target with a call of its own. */
export type LookedUpTarget = BindingTarget & { readonly kind: Exclude<BindingTarget['kind'], 'queue'> };

/** How one kind of resource is looked up, and the numbers that say it is not there. */
export interface Lookup {
  readonly noun: string;
  readonly path: (accountId: string, id: string) => string;
  readonly absent: readonly number[];
}

/** Source: look-up calls and error numbers of each product. */
const LOOKUPS: Readonly<Record<Exclude<BindingTarget['kind'], 'queue'>, Lookup>> = {
  'kv-namespace': {
    noun: 'KV namespace',
    path: (account, id) => path`/accounts/${account}/storage/kv/namespaces/${id}`,
    absent: [10013, 10011],
  },
  'd1-database': {
    noun: 'D1 database',
    path: (account, id) => path`/accounts/${account}/d1/database/${id}`,
    absent: [7404, 7400],
  },
  'r2-bucket': {
    noun: 'R2 bucket',
    path: (account, id) => path`/accounts/${account}/r2/buckets/${id}`,
    absent: [10006, 10005],
  },
  'vectorize-index': {
    noun: 'Vectorize index',
    path: (account, id) => path`/accounts/${account}/vectorize/v2/indexes/${id}`,
    absent: [3000, 3005],
  },
  'hyperdrive-config': {
    noun: 'Hyperdrive configuration',
    path: (account, id) => path`/accounts/${account}/hyperdrive/configs/${id}`,
    absent: [2006],
  },
  worker: {
    noun: 'Worker',
    path: (account, id) => path`/accounts/${account}/workers/services/${id}`,
    absent: NO_SUCH_WORKER,
  },
  'dispatch-namespace': {
    noun: 'dispatch namespace',
    path: (account, id) => path`/accounts/${account}/workers/dispatch/namespaces/${id}`,
    absent: [100119],
  },
};

/** How a kind of resource is looked up. */
export function lookupOf(kind: LookedUpTarget['kind']): Lookup {
  return LOOKUPS[kind];
}

/** What people call this kind of resource. */
export function targetNoun(kind: BindingTarget['kind']): string {
  return kind === 'queue' ? 'queue' : LOOKUPS[kind].noun;
}

/** Whether the resource exists in the account. Queues are looked up in the account's list instead. */
export async function targetExists(reader: ReadClient, target: LookedUpTarget): Promise<boolean> {
  const lookup = LOOKUPS[target.kind];
  const found = await reader.find(
    {
      purpose: `look up ${lookup.noun} ${target.id}`,
      path: lookup.path(reader.accountId, target.id),
      ...(target.jurisdiction === undefined
        ? {}
        : { headers: { 'cf-r2-jurisdiction': target.jurisdiction } }),
      shape: anyShape,
    },
    lookup.absent,
  );
  return found !== null;
}
