import { z } from 'zod';
import { WORKER_FIELDS } from './schema/worker-fields.ts';
import { tenantSchema } from '../shapes/tenant-schema.ts';

/** A JSON Schema, ready to be written. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** JSON Schema of the wrangler file, for editors: the fields this tool accepts, made from the schemas it checks with. */
export function workerJsonSchema(): JsonSchema {
  const environment = z.strictObject(shape((scope) => scope !== 'top-level'));
  const file = z.strictObject({
    ...shape(() => true),
    env: z
      .record(z.string(), environment)
      .describe('Environments. Bindings and vars are not inherited.')
      .optional(),
  });
  return finish(file, {
    title: 'Wrangler configuration, as cf-deploy takes it',
    description: 'wrangler.jsonc, wrangler.json or wrangler.toml of a tenant.',
  });
}

/** JSON Schema of tenant.config.json, for editors. */
export function tenantJsonSchema(): JsonSchema {
  return finish(tenantSchema, {
    title: 'Tenant configuration of cf-deploy',
    description: 'tenant.config.json of a tenant. A project may add fields with `tenantFields`.',
  });
}

function shape(wanted: (scope: string) => boolean): Record<string, z.ZodType> {
  return Object.fromEntries(
    [...WORKER_FIELDS]
      .filter(([, field]) => wanted(field.scope))
      .map(([name, field]) => [name, field.schema.optional()]),
  );
}

function finish(
  schema: z.ZodType,
  heading: { readonly title: string; readonly description: string },
): JsonSchema {
  const generated = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    // Fields shared by the top level and every environment are written once.
    reused: 'ref',
  });
  return { ...heading, ...generated };
}
