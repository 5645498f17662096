import type { HealthReport } from '../health/report.ts';
import { skippedHealth, watchHealth } from '../health/watch.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { versionUrl } from '../session/url.ts';
import { subdomainOf } from '../session/url-of.ts';

/** Attempts at a version's own URL: it has nothing to spread but itself. */
const VERSION_ATTEMPTS = 3;

/** Asks one version at its own URL; whatever answers there is that version. */
export async function checkVersion(context: TenantContext, versionId: string): Promise<HealthReport> {
  const { worker, world } = context;
  const subdomain = await subdomainOf(context);
  if (worker.health === false || subdomain === null) return skippedHealth('the version has no URL');
  return watchHealth({
    ...watching(context),
    check: { ...worker.health, url: null },
    baseUrl: versionUrl(worker, subdomain, versionId),
    expected: { versionId, pinned: true },
    attempts: Math.min(VERSION_ATTEMPTS, worker.health.attempts),
    signal: world.signal,
  });
}

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
    ...watching({ worker, world }),
    check: worker.health,
    baseUrl: options.url,
    expected: { versionId: options.versionId, pinned: false },
    ...(options.attempts === undefined ? {} : { attempts: options.attempts }),
    signal: world.signal,
  });
}

function watching({ worker, world }: Pick<TenantContext, 'worker' | 'world'>) {
  return {
    fetch: world.workerFetch,
    now: world.now,
    sleep: world.sleep,
    onAttempt: (attempt: number, message: string): void =>
      world.emit({ type: 'health', tenant: worker.tenant, attempt, message }),
  };
}
