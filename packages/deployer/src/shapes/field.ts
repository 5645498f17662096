import type { z } from 'zod';

/**
 * Where a field may stand and what an environment gets that does not have it: `inheritable` takes the top level's value,
 * `environment` gets nothing, `top-level` may not stand in an environment at all. Source: wrangler's configuration
 * reference, "Inheritable keys", "Non-inheritable keys", "Top-level only keys".
 */
export type FieldScope = 'inheritable' | 'environment' | 'top-level';

/** A field of the wrangler file. */
export interface WorkerField<Schema extends z.ZodType = z.ZodType> {
  readonly scope: FieldScope;
  readonly schema: Schema;
}

/** An inheritable field. */
export function inheritable<Schema extends z.ZodType>(schema: Schema): WorkerField<Schema> {
  return { scope: 'inheritable', schema };
}

/** A field each environment declares for itself. */
export function perEnvironment<Schema extends z.ZodType>(schema: Schema): WorkerField<Schema> {
  return { scope: 'environment', schema };
}

/** A field for the whole file. */
export function topLevel<Schema extends z.ZodType>(schema: Schema): WorkerField<Schema> {
  return { scope: 'top-level', schema };
}

/** Values of a group of fields, each of which may be missing. */
export type FieldValues<Fields extends Readonly<Record<string, WorkerField>>> = {
  readonly [K in keyof Fields]?: z.output<Fields[K]['schema']>;
};
