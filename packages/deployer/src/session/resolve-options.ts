import type { ResolveWorkerOptions } from '../resolve/resolve-worker.ts';
import type { CommandScope, World } from './world.ts';

/** What of a command's target says which Worker it is. */
export type NamesWorker = Pick<ResolveWorkerOptions, 'tenant' | 'env' | 'dispatchNamespace' | 'worker'>;

/** What resolving a target's files needs, the one place that says how the world goes into it. */
export async function resolveOptions(
  { rootDir, lenient, env: variables, now }: World,
  scope: CommandScope,
  { tenant, env, dispatchNamespace, worker }: NamesWorker,
): Promise<ResolveWorkerOptions> {
  return {
    rootDir,
    tenant,
    env,
    dispatchNamespace,
    worker,
    lenient,
    tenants: await scope.tenants(),
    accountId: variables['CLOUDFLARE_ACCOUNT_ID'],
    now,
  };
}
