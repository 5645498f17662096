import { z } from 'zod';
import {
  accountId,
  bindingName,
  displayName,
  filePath,
  jsonObject,
  jurisdiction,
  line,
  list,
  secretName,
} from '../shapes/primitives.ts';
import { isDeploymentVariable, isReservedVariable, looksLikeCredential } from '../security/variables.ts';
import { parseAllowedHost } from '../shapes/allowed-host.ts';
import type { Json, JsonObject } from '../json.ts';
import { healthCheckSchema } from '../shapes/health-schema.ts';
import { rolloutSchema } from '../shapes/rollout-schema.ts';
import { trafficSchema } from '../shapes/traffic-schema.ts';

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

const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'must be the name of a variable, such as "OPENAI_API_KEY"')
  .refine((name) => !isReservedVariable(name), 'belongs to the machine, the CI system or the deployment');

const buildVariable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'must be the name of a variable, such as "VITE_STAGE"')
  .refine(
    (name) => !looksLikeCredential(name) && !isDeploymentVariable(name),
    'is named like a credential, which no build command gets',
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
  displayName(255),
  z.strictObject({
    path: displayName(255).describe('Folder with the wrangler file, relative to the project.'),
    overrides: overrides.describe('What differs for every tenant; `${tenant.id}` and the like.').optional(),
    shared: list(displayName(255))
      .describe('Bindings whose resource all tenants share on purpose.')
      .optional(),
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

/** Schema of what `cf-deploy.config.ts` exports. Strict. Loaded where there is such a file. */
export const projectSchema = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9._-]{0,62}$/i,
      'must be letters, digits, dots, dashes and underscores, 63 at most',
    )
    .describe('Tells this project from others in the same account. Default: where its repository comes from.')
    .optional(),
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
  allowedSecrets: z
    .array(variableName)
    .describe('Secrets whose value may be in a variable without a tenant’s suffix.')
    .optional(),
  buildVariables: z
    .array(buildVariable)
    .describe('Further environment variables that build commands see.')
    .optional(),
  protectedEnvironments: z
    .array(displayName(255))
    .describe('Environments where a changed account needs agreement. Default: production, prod, prd.')
    .optional(),
  apiHosts: z
    .array(z.string().regex(/^[a-z0-9.-]{1,253}(?::\d{1,5})?$/, 'must be a host, such as "api.example.com"'))
    .describe('Hosts of the API that tokens may be sent to, beside Cloudflare’s own.')
    .optional(),
  healthCheck: healthCheckSchema.describe('Defaults for tenants.').optional(),
  healthHosts: list(
    displayName(255).refine(
      (entry) => parseAllowedHost(entry) !== null,
      'must be a host such as "status.example.com", "*.example.com" or "http://10.0.0.5:8080"',
    ),
  )
    .describe('Hosts beside a Worker’s own that tenants’ health checks may ask.')
    .optional(),
  labels: z.record(displayName(255), line(255)).describe('Defaults for tenants.').optional(),
  drift: z
    .strictObject({
      ignore: list(displayName(255)).describe('Paths the dashboard may own, everywhere.').optional(),
    })
    .optional(),
  traffic: trafficSchema
    .describe('How a new version of one Worker gets its traffic. Defaults for tenants.')
    .optional(),
  rollout: rolloutSchema.describe('How `deploy --all` goes through its targets.').optional(),
  workers: z
    .record(displayName(255), sharedWorker)
    .describe('Workers that tenants share: name → folder, or folder and what differs for every tenant.')
    .optional(),
  tenants: tenantsFromCode.describe('Tenants made by code, beside those of folders and tables.').optional(),
  apps: list(displayName(255))
    .describe('Folders of a monorepo that are one Worker each, such as "apps/*".')
    .optional(),
  artifacts: z
    .strictObject({
      accountId: accountId.describe('Account of the bucket.'),
      bucket: z.string().regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, 'must be the name of an R2 bucket'),
      jurisdiction: jurisdiction.describe('Of the bucket, such as "eu".').optional(),
      prefix: z
        .string()
        .regex(/^[\w-][\w.-]{0,99}(?:\/[\w-][\w.-]{0,99}){0,9}$/, 'must be folders, such as "cf-deploy/shop"')
        .describe('What the keys of its objects begin with. Default: cf-deploy.')
        .optional(),
      tokenVariable: z
        .string()
        .regex(/^CLOUDFLARE_API_TOKEN_[A-Z0-9_]{1,100}$/, 'must begin with CLOUDFLARE_API_TOKEN_')
        .describe('Variable with a token for the bucket. Default: CLOUDFLARE_API_TOKEN.')
        .optional(),
    })
    .describe(
      'R2 bucket that keeps what was uploaded, for a rollback from any machine. Default: a folder here.',
    )
    .optional(),
  sharedResources: list(displayName(255))
    .describe('Ids or names of KV, D1, R2 and Vectorize resources that several tenants bind on purpose.')
    .optional(),
});

/** Rules and defaults for the whole project. */
export type ProjectRules = z.output<typeof projectSchema>;
