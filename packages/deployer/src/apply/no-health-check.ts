import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { DeployResult } from './result.ts';

const UNDECLARED = 'no health check is declared';

/** Why a Worker without a health check has none: one that somebody switched off is not one that nobody thought of. */
export function whyNoHealthCheck({ warnings }: Pick<ResolvedWorker, 'warnings'>): string {
  const undeclared = warnings.some(({ code }) => code === 'no-health-check');
  return undeclared ? UNDECLARED : 'the tenant declares no health check';
}

/**
 * Whether a Worker was deployed that nobody asks whether it is well, because nothing says how: that the new version is the
 * one served is all that was proven. False where the check was switched off.
 */
export function lacksHealthCheck({ status, health }: Pick<DeployResult, 'status' | 'health'>): boolean {
  return status === 'deployed' && health.message === UNDECLARED;
}
