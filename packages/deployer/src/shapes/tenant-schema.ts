import { z } from 'zod';
import { healthCheckSchema } from './health-schema.ts';
import { HEX_ID, integer, jsonObject, nonEmpty } from './primitives.ts';

const hexId = z.string().regex(HEX_ID, 'must be an account id: 32 hexadecimal digits');
const names = z.array(nonEmpty);
const secretName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]{0,127}$/,
    'must be the name of a secret, such as "OPENAI_API_KEY", never its value',
  );

/** Fields of tenant.config.json. */
export const TENANT_FIELDS = {
  $schema: z.string().describe('JSON Schema of this file, for editors.').optional(),
  tenantId: nonEmpty.describe('Must equal the name of the folder.'),
  accountId: hexId.describe('Cloudflare account: 32 hexadecimal digits.'),
  accountSubdomain: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be the part before ".workers.dev"')
    .describe('The account’s workers.dev subdomain.')
    .optional(),
  aiGatewayId: nonEmpty.optional(),
  aiModels: z.strictObject({ chat: nonEmpty.optional(), embeddings: nonEmpty.optional() }).optional(),
  vectorizeNamespace: nonEmpty.optional(),
  rateLimit: z
    .object({ perMinute: integer(1, 1_000_000_000).optional(), burst: integer(0, 1_000_000_000).optional() })
    .catchall(z.number())
    .optional(),
  tokenBudget: z.union([z.number(), z.record(z.string(), z.number())]).optional(),
  featureFlags: z.record(nonEmpty, z.union([z.boolean(), z.number(), z.string()])).optional(),
  allowedModels: names.optional(),
  allowedHosts: names.optional(),
  apiKeys: z
    .union([z.array(secretName), z.record(nonEmpty, secretName)])
    .describe('Names of the secrets that hold API keys. Never a value.')
    .optional(),
  healthCheck: healthCheckSchema.optional(),
  labels: z.record(nonEmpty, z.string()).describe('For selecting tenants, and for waves.').optional(),
  requiredBindings: names.describe('Names every environment must bind.').optional(),
  requiredSecrets: z.array(secretName).describe('Secrets that must exist. Names only.').optional(),
  drift: z
    .strictObject({ ignore: names.describe('Paths that the dashboard may own.').optional() })
    .optional(),
  worker: nonEmpty
    .describe(
      'The shared Worker this tenant takes: a name of `workers` in cf-deploy.config.ts, or its folder.',
    )
    .optional(),
  overrides: jsonObject
    .describe('What differs from the shared Worker, in the fields of the wrangler file.')
    .optional(),
  workers: z
    .record(
      nonEmpty,
      z.union([z.null(), z.strictObject({ path: nonEmpty.optional(), overrides: jsonObject.optional() })]),
    )
    .describe('With several Workers: what differs for each, or the folder of one more; null leaves one out.')
    .optional(),
};

/** Schema of tenant.config.json. Strict. */
export const tenantSchema = z.strictObject(TENANT_FIELDS);

/** tenant.config.json, checked. */
export type TenantConfig = z.output<typeof tenantSchema>;
