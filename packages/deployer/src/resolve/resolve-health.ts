import type { HealthCheck } from './resolved-worker.ts';
import type { ProjectRules } from '../project/project-config.ts';
import type { TenantConfig } from '../shapes/tenant-schema.ts';

type HealthConfig = TenantConfig['healthCheck'];

/**
 * Defaults of a health check. A new version spreads in seconds, a new host in up to a minute: ten attempts, further and
 * further apart while there is nothing new to see, outlast that.
 */
export const DEFAULT_HEALTH_CHECK: HealthCheck = {
  path: '/health',
  url: null,
  expectStatus: [200],
  expectJson: null,
  versionFrom: null,
  headers: {},
  secretHeaders: {},
  timeoutMs: 10_000,
  attempts: 10,
  successes: 3,
  intervalMs: 1000,
  deadlineMs: 120_000,
  configured: false,
  allowedHosts: [],
};

/**
 * The tenant's health check over the project's over the defaults. The tenant's `false` switches it off. The host of a URL
 * that the project itself writes is allowed with it.
 */
export function resolveHealth(
  tenant: HealthConfig,
  { healthCheck: project, healthHosts = [] }: Pick<ProjectRules, 'healthCheck' | 'healthHosts'>,
): HealthCheck | false {
  if (tenant === false || (tenant === undefined && project === false)) return false;
  const rules = project === false ? undefined : project;
  const given = { ...rules, ...tenant };
  return {
    path: given.path ?? DEFAULT_HEALTH_CHECK.path,
    url: given.url ?? null,
    expectStatus: given.expectStatus ?? DEFAULT_HEALTH_CHECK.expectStatus,
    expectJson: given.expectJson ?? null,
    versionFrom: given.versionFrom ?? null,
    ...splitHeaders(given.headers ?? {}),
    timeoutMs: given.timeoutMs ?? DEFAULT_HEALTH_CHECK.timeoutMs,
    attempts: given.attempts ?? DEFAULT_HEALTH_CHECK.attempts,
    successes: given.successes ?? DEFAULT_HEALTH_CHECK.successes,
    intervalMs: given.intervalMs ?? DEFAULT_HEALTH_CHECK.intervalMs,
    deadlineMs: given.deadlineMs ?? DEFAULT_HEALTH_CHECK.deadlineMs,
    configured: saysWhatIsWell(tenant) || saysWhatIsWell(rules),
    allowedHosts: rules?.url === undefined ? healthHosts : [...healthHosts, new URL(rules.url).origin],
  };
}

type Headers = NonNullable<Exclude<HealthConfig, false | undefined>['headers']>;

/** Values that the file says, and names of secrets whose values are sent. */
function splitHeaders(headers: Headers): Pick<HealthCheck, 'headers' | 'secretHeaders'> {
  const entries = Object.entries(headers);
  return {
    headers: Object.fromEntries(
      entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    ),
    secretHeaders: Object.fromEntries(
      entries.flatMap(([name, value]) =>
        typeof value === 'string' ? [] : [[name, { secret: value.secret, prefix: value.prefix ?? '' }]],
      ),
    ),
  };
}

/** Only times and headers set: how to ask is said, but not what is well. */
function saysWhatIsWell(config: Exclude<HealthConfig, false>): boolean {
  return (
    config !== undefined &&
    (['path', 'url', 'expectStatus', 'expectJson', 'versionFrom'] as const).some(
      (field) => config[field] !== undefined,
    )
  );
}
