import { z } from 'zod';
import { healthCheckSchema } from './health-schema.ts';
import {
  accountId,
  displayName,
  filePath,
  hostPattern,
  integer,
  jsonObject,
  line,
  list,
  resourceName,
  secretName,
} from './primitives.ts';
import { trafficSchema } from './traffic-schema.ts';

const names = list(displayName(255));

/** Fields of tenant.config.json. */
export const TENANT_FIELDS = {
  $schema: line(2_048).describe('JSON Schema of this file, for editors.').optional(),
  tenantId: displayName(63).describe('Must equal the name of the folder.'),
  accountId: accountId.describe('Cloudflare account: 32 hexadecimal digits.'),
  accountSubdomain: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be the part before ".workers.dev"')
    .describe('The account’s workers.dev subdomain.')
    .optional(),
  aiGatewayId: resourceName.optional(),
  aiModels: z
    .strictObject({ chat: displayName(255).optional(), embeddings: displayName(255).optional() })
    .optional(),
  vectorizeNamespace: displayName(255).optional(),
  rateLimit: z
    .object({ perMinute: integer(1, 1_000_000_000).optional(), burst: integer(0, 1_000_000_000).optional() })
    .catchall(z.number())
    .optional(),
  tokenBudget: z.union([z.number(), z.record(displayName(255), z.number())]).optional(),
  featureFlags: z.record(displayName(255), z.union([z.boolean(), z.number(), line(1_024)])).optional(),
  allowedModels: names.optional(),
  allowedHosts: list(hostPattern).optional(),
  apiKeys: z
    .union([list(secretName), z.record(displayName(255), secretName)])
    .describe('Names of the secrets that hold API keys. Never a value.')
    .optional(),
  healthCheck: healthCheckSchema.optional(),
  traffic: trafficSchema.describe('How a new version gets its traffic: at once, or gradually.').optional(),
  labels: z.record(displayName(255), line(255)).describe('For selecting tenants, and for waves.').optional(),
  requiredBindings: names.describe('Names every environment must bind.').optional(),
  requiredSecrets: list(secretName).describe('Secrets that must exist. Names only.').optional(),
  drift: z
    .strictObject({ ignore: names.describe('Paths that the dashboard may own.').optional() })
    .optional(),
  worker: displayName(255)
    .describe(
      'The shared Worker this tenant takes: a name of `workers` in cf-deploy.config.ts, or its folder.',
    )
    .optional(),
  overrides: jsonObject
    .describe('What differs from the shared Worker, in the fields of the wrangler file.')
    .optional(),
  workers: z
    .record(
      displayName(255),
      z.union([z.null(), z.strictObject({ path: filePath.optional(), overrides: jsonObject.optional() })]),
    )
    .describe('With several Workers: what differs for each, or the folder of one more; null leaves one out.')
    .optional(),
};

/** Schema of tenant.config.json. Strict. */
export const tenantSchema = z.strictObject(TENANT_FIELDS);

/** tenant.config.json, checked. */
export type TenantConfig = z.output<typeof tenantSchema>;
