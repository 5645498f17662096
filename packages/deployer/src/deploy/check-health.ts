import type { HealthReport } from '../deployer-api.ts';
import { skippedHealth, watchHealth } from '../health/watch.ts';
import type { TenantContext } from './tenant-context.ts';

/** Whether the Worker answers as its check wants, and from the version given. */
export async function checkHealth(
  { worker, world }: TenantContext,
  options: {
    readonly url: string | null;
    readonly versionId: string | null;
    readonly verify: boolean;
    /** Fewer than the check says, where nothing has to spread. */
    readonly attempts?: number;
  },
): Promise<HealthReport> {
  if (!options.verify) return skippedHealth('not asked for');
  if (worker.health === false) return skippedHealth('the tenant declares no health check');
  if (worker.dispatchNamespace !== null && worker.health.url === null) {
    return skippedHealth(
      'Workers in a dispatch namespace have no URL of their own; set healthCheck.url to ask one',
    );
  }
  world.emit({ type: 'stage', tenant: worker.tenant, stage: 'health' });
  return watchHealth({
    check: worker.health,
    baseUrl: options.url,
    expected: { versionId: options.versionId, pinned: false },
    fetch: world.workerFetch,
    now: world.now,
    sleep: world.sleep,
    signal: world.signal,
    ...(options.attempts === undefined ? {} : { attempts: options.attempts }),
    onAttempt: (attempt, message) => world.emit({ type: 'health', tenant: worker.tenant, attempt, message }),
  });
}
