import { resolveTarget } from '../../session/tenant-context.ts';
import type { CommandScope, World } from '../../session/world.ts';
import type { ResolvedWorker } from '../../resolve/resolved-worker.ts';
import { workerOrder } from './worker-order.ts';

/**
 * Names of a tenant's Workers in the order in which they are deployed; `[undefined]` for a tenant with one. A rollback
 * goes the other way.
 * @throws ConfigError for the files of one of several, and for Workers that need each other
 */
export async function tenantWorkers(
  world: World,
  scope: CommandScope,
  target: { readonly tenant: string; readonly env?: string },
): Promise<readonly (string | undefined)[]> {
  const names = await (await scope.tenants()).workers(target.tenant);
  if (names.length < 2) return [undefined];
  const workers: ResolvedWorker[] = [];
  for (const name of names) {
    workers.push(
      await resolveTarget(world, scope, { ...target, ...(name === null ? {} : { worker: name }) }),
    );
  }
  return workerOrder(workers).map(({ worker }) => worker ?? undefined);
}
