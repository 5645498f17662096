import { closeInterruptedRuns, type InterruptedRun } from '../records/interrupted.ts';
import type { LiveWorker } from '../sections/live.ts';
import type { TenantContext } from '../session/tenant-context.ts';

/** Tells of runs that were killed, and closes their records. Only the holder of the tenant's lock may ask. */
export async function reportInterrupted(
  context: TenantContext,
  live: LiveWorker,
): Promise<readonly InterruptedRun[]> {
  const { world, worker, api } = context;
  const runs = await closeInterruptedRuns({
    store: world.records,
    reader: api.reader,
    tenant: worker.tenant,
    environment: worker.environment,
    scriptName: worker.scriptName,
    several: worker.worker !== null,
    live,
    now: world.now,
  });
  for (const { message } of runs) world.emit({ type: 'notice', tenant: worker.tenant, message });
  return runs;
}
