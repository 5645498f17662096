/** A limit of the platform and where it is written. */
export interface PlatformLimit {
  readonly value: number;
  readonly unit: string;
  readonly source: string;
}

const WORKERS_LIMITS = 'Workers documentation, "Limits"';

/** Limits a configuration can break before anything is sent. Paid plan where plans differ. */
export const PLATFORM_LIMITS = {
  variablesPaid: { value: 128, unit: 'variables and secrets', source: `${WORKERS_LIMITS}; API error 10055` },
  variablesFree: { value: 64, unit: 'variables and secrets', source: WORKERS_LIMITS },
  variableBytes: { value: 5 * 1024, unit: 'bytes', source: `${WORKERS_LIMITS}; API error 10054` },
  metadataBytes: { value: 1024 * 1024, unit: 'bytes', source: 'D1 documentation, "Limits", footnote' },
  cronsPerAccountFree: { value: 5, unit: 'cron triggers', source: WORKERS_LIMITS },
  cronsPerAccountPaid: { value: 250, unit: 'cron triggers', source: WORKERS_LIMITS },
  routesPerZone: { value: 1000, unit: 'routes', source: WORKERS_LIMITS },
  customDomainsPerZone: { value: 100, unit: 'custom domains', source: WORKERS_LIMITS },
} as const satisfies Record<string, PlatformLimit>;
