import type { HealthCheck } from './resolved-worker.ts';
import type { TenantConfig } from '../shapes/tenant-schema.ts';

type HealthConfig = TenantConfig['healthCheck'];

/** Defaults of a health check. Ten attempts a second apart outlast the few seconds a new version needs to spread. */
export const DEFAULT_HEALTH_CHECK: HealthCheck = {
  path: '/health',
  url: null,
  expectStatus: [200],
  expectJson: null,
  versionFrom: null,
  headers: {},
  timeoutMs: 10_000,
  attempts: 10,
  intervalMs: 1000,
};

/** The tenant's health check over the project's over the defaults. The tenant's `false` switches it off. */
export function resolveHealth(tenant: HealthConfig, project: HealthConfig): HealthCheck | false {
  if (tenant === false || (tenant === undefined && project === false)) return false;
  const given = { ...(project === false ? {} : project), ...tenant };
  return {
    path: given.path ?? DEFAULT_HEALTH_CHECK.path,
    url: given.url ?? null,
    expectStatus: given.expectStatus ?? DEFAULT_HEALTH_CHECK.expectStatus,
    expectJson: given.expectJson ?? null,
    versionFrom: given.versionFrom ?? null,
    headers: given.headers ?? {},
    timeoutMs: given.timeoutMs ?? DEFAULT_HEALTH_CHECK.timeoutMs,
    attempts: given.attempts ?? DEFAULT_HEALTH_CHECK.attempts,
    intervalMs: given.intervalMs ?? DEFAULT_HEALTH_CHECK.intervalMs,
  };
}
