import { z } from 'zod';
import { HEX_ID, jsonObject, nonEmpty } from '../shapes/primitives.ts';
import { parseAllowedHost } from '../shapes/allowed-host.ts';
import type { Json, JsonObject } from '../json.ts';
import { healthCheckSchema } from '../shapes/health-schema.ts';

/** Any validator that follows the Standard Schema specification (zod, valibot, arktype …). */
export interface StandardSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: Json | undefined) => StandardResult | Promise<StandardResult>;
  };
}

/** What such a validator answers. */
export type StandardResult =
  | { readonly value: Json | undefined; readonly issues?: undefined }
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

/** What a function in `overrides` may look at: one tenant in one environment. */
export interface OverrideFacts {
  readonly tenant: {
    readonly id: string;
    readonly accountId: string | null;
    /** The project's, under the tenant's own. */
    readonly labels: Readonly<Record<string, string>>;
    /** Everything the tenant's definition says, further fields of the project included. */
    readonly fields: JsonObject;
  };
  /** Environment as the wrangler file names it; null: the top level. */
  readonly env: string | null;
  /** Name of the Worker in `workers`. */
  readonly worker: string;
}

/** Fields of the wrangler file that differ; see docs/tenants.md for how each is merged. */
export type Overrides = JsonObject;

/** Logic for what differs: typed code instead of expressions in text. Must answer at once. */
export type OverrideFunction = (facts: OverrideFacts) => Overrides;

/** Tenants made by code: a list, anything that can be iterated, or a function that gives one. */
export type TenantIterable = Iterable<object> | AsyncIterable<object>;
export type TenantsFromCode = TenantIterable | (() => TenantIterable | Promise<TenantIterable>);

const overrides = z.union([
  jsonObject,
  z.custom<OverrideFunction>(
    (value) => typeof value === 'function',
    'must be an object of overrides, or a function that gives one',
  ),
]);

const sharedWorker = z.union([
  nonEmpty,
  z.strictObject({
    path: nonEmpty.describe('Folder with the wrangler file, relative to the project.'),
    overrides: overrides.describe('What differs for every tenant; `${tenant.id}` and the like.').optional(),
    shared: z.array(nonEmpty).describe('Bindings whose resource all tenants share on purpose.').optional(),
  }),
]);

const tenantsFromCode = z.custom<TenantsFromCode>(
  (value) =>
    typeof value === 'function' ||
    (typeof value === 'object' &&
      value !== null &&
      (Symbol.iterator in value || Symbol.asyncIterator in value)),
  'must be a list, an iterable, an async iterable, or a function that gives one',
);

/** Schema of what `cf-deploy.config.ts` exports. Strict. */
export const projectSchema = z.strictObject({
  tenantFields: z
    .record(nonEmpty, standardSchema)
    .describe('Further fields of tenant.config.json: name → validator.')
    .optional(),
  requiredBindings: z.array(nonEmpty).describe('Names every tenant must bind.').optional(),
  requiredSecrets: z.array(nonEmpty).describe('Secrets every tenant must declare.').optional(),
  allowedAccounts: z
    .array(z.string().regex(HEX_ID, 'must be an account id: 32 hexadecimal digits'))
    .describe('Accounts that may be deployed to.')
    .optional(),
  workerName: z.instanceof(RegExp).describe('What the name of every Worker must match.').optional(),
  healthCheck: healthCheckSchema.describe('Defaults for tenants.').optional(),
  healthHosts: z
    .array(
      nonEmpty.refine(
        (entry) => parseAllowedHost(entry) !== null,
        'must be a host such as "status.example.com", "*.example.com" or "http://10.0.0.5:8080"',
      ),
    )
    .describe('Hosts beside a Worker’s own that tenants’ health checks may ask.')
    .optional(),
  labels: z.record(nonEmpty, z.string()).describe('Defaults for tenants.').optional(),
  drift: z
    .strictObject({
      ignore: z.array(nonEmpty).describe('Paths the dashboard may own, everywhere.').optional(),
    })
    .optional(),
  workers: z
    .record(nonEmpty, sharedWorker)
    .describe('Workers that tenants share: name → folder, or folder and what differs for every tenant.')
    .optional(),
  tenants: tenantsFromCode.describe('Tenants made by code, beside those of folders and tables.').optional(),
  sharedResources: z
    .array(nonEmpty)
    .describe('Ids or names of KV, D1, R2 and Vectorize resources that several tenants bind on purpose.')
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
