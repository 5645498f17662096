import type { HealthReport } from '../health/report.ts';
import { skippedHealth } from '../health/watch.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { DeployResult } from './result.ts';

/** Of a Worker without a health check: one that somebody switched off is not one that nobody thought of. */
export function noHealthCheck({ warnings }: Pick<ResolvedWorker, 'warnings'>): HealthReport {
  const undeclared = warnings.some(({ code }) => code === 'no-health-check');
  return undeclared
    ? skippedHealth('no health check is declared', 'undeclared')
    : skippedHealth('the tenant declares no health check', 'switched-off');
}

/**
 * Whether a Worker was deployed that nobody asks whether it is well, because nothing says how: that the new version is the
 * one served is all that was proven. False where the check was switched off.
 */
export function lacksHealthCheck({ status, health }: Pick<DeployResult, 'status' | 'health'>): boolean {
  return status === 'deployed' && health.skipped === 'undeclared';
}
