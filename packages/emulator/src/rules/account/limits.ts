/** Limits of an account's plan. Source: Cloudflare's "Limits" pages of Workers, KV, D1, Queues, Vectorize, Hyperdrive, Durable Objects. */
export interface PlanLimits {
  workers: number;
  variables: number;
  crons: number;
  assetFiles: number;
  d1Databases: number;
  durableObjectClasses: number;
  kvNamespaces: number;
  queues: number;
  vectorizeIndexes: number;
  hyperdriveConfigs: number;
}

export const PLAN_LIMITS: Record<'free' | 'paid', PlanLimits> = {
  free: {
    workers: 100,
    variables: 64,
    crons: 5,
    assetFiles: 20_000,
    d1Databases: 10,
    durableObjectClasses: 100,
    kvNamespaces: 1000,
    queues: 10_000,
    vectorizeIndexes: 100,
    hyperdriveConfigs: 10,
  },
  paid: {
    workers: 500,
    variables: 128,
    crons: 250,
    assetFiles: 100_000,
    d1Databases: 50_000,
    durableObjectClasses: 500,
    kvNamespaces: 1000,
    queues: 10_000,
    vectorizeIndexes: 50_000,
    hyperdriveConfigs: 25,
  },
};

/** All modules of a version together, bytes. */
export const MAX_SCRIPT_BYTES = 64 * 1024 * 1024;
/** Metadata of one upload in all, bytes. */
export const MAX_METADATA_BYTES = 1024 * 1024;
/** One variable or secret, bytes. */
export const MAX_VARIABLE_BYTES = 5 * 1024;
/** One asset file, bytes. */
export const MAX_ASSET_BYTES = 25 * 1024 * 1024;
/** Only the newest versions can be deployed (page "Rollbacks"). */
export const DEPLOYABLE_VERSIONS = 100;
/** Tags of one Worker. */
export const MAX_TAGS = 10;
/** Tags of one Worker in a dispatch namespace (page "Workers for Platforms: Limits"). */
export const MAX_DISPATCH_TAGS = 8;
export const MAX_ROUTES_PER_ZONE = 1000;
export const MAX_DOMAINS_PER_ZONE = 100;
