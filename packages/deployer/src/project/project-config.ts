import { z } from 'zod';
import {
  accountId,
  bindingName,
  displayName,
  filePath,
  line,
  list,
  secretName,
} from '../shapes/primitives.ts';
import { healthCheckSchema } from '../shapes/tenant-schema.ts';

/** Any validator that follows the Standard Schema specification (zod, valibot, arktype …). */
export interface StandardSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult | Promise<StandardResult>;
  };
}

/** What such a validator answers. */
export type StandardResult =
  | { readonly value: unknown; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string;
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
      }[];
    };

const standardSchema = z.custom<StandardSchema>(
  (value) => typeof value === 'object' && value !== null && '~standard' in value,
  'must be a Standard Schema validator, such as a zod schema',
);

/** Schema of what `cf-deploy.config.ts` exports. Strict. */
export const projectSchema = z.strictObject({
  tenantFields: z
    .record(displayName(255), standardSchema)
    .describe('Further fields of tenant.config.json: name → validator.')
    .optional(),
  requiredBindings: list(bindingName).describe('Names every tenant must bind.').optional(),
  requiredSecrets: list(secretName).describe('Secrets every tenant must declare.').optional(),
  allowedAccounts: z.array(accountId).describe('Accounts that may be deployed to.').optional(),
  allowedRoots: list(filePath)
    .describe('Folders outside the project that sources and assets may come from, relative to it.')
    .optional(),
  workerName: z.instanceof(RegExp).describe('What the name of every Worker must match.').optional(),
  healthCheck: healthCheckSchema.describe('Defaults for tenants.').optional(),
  labels: z.record(displayName(255), line(255)).describe('Defaults for tenants.').optional(),
  drift: z
    .strictObject({
      ignore: list(displayName(255)).describe('Paths the dashboard may own, everywhere.').optional(),
    })
    .optional(),
});

/** Rules and defaults for the whole project. */
export type ProjectRules = z.output<typeof projectSchema>;

/**
 * Types the default export of `cf-deploy.config.ts`; returns it unchanged.
 *
 * @example
 * export default defineConfig({ requiredBindings: ['DB'], workerName: /-worker(-[a-z]+)?$/ });
 */
export function defineConfig(config: ProjectRules): ProjectRules {
  return config;
}
