import { z } from 'zod';
import type { Json } from '../json.ts';
import type { RawAnswer } from './client/envelope.ts';

/** Schemas of the answers we rely on. Loose: the API adds fields; what we read must have the right type. */

const text = z.string().max(100_000);
const optionalText = text.nullish().transform((value) => value ?? null);
/** Whatever the API says: the answer was JSON text, so there is nothing left to check. */
export const anyShape = z.custom<Json>();
/** An answer that is a file. */
export const rawShape = z.custom<RawAnswer>(
  (value) => value !== null && typeof value === 'object' && 'bytes' in value,
);
const fields = z.record(z.string(), anyShape);
/** An object the API may leave out, send as null, or fill. */
export const optionalFields = fields.nullish().transform((value) => value ?? null);

/** A binding as settings and versions give it back. */
export const bindingShape = z.object({ type: text, name: text }).catchall(anyShape);

/** A binding list; some SDK types say object, the wire has an array. */
const bindings = z
  .array(bindingShape)
  .nullish()
  .transform((value) => value ?? []);

const annotations = z
  .record(z.string(), anyShape)
  .nullish()
  .transform((value) =>
    Object.fromEntries(
      Object.entries(value ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
  );

const versionMetadata = z
  .looseObject({
    created_on: optionalText,
    source: optionalText,
    author_email: optionalText,
    has_preview: z.boolean().nullish(),
    hasPreview: z.boolean().nullish(),
  })
  .transform((value) => ({
    createdOn: value.created_on,
    source: value.source,
    author: value.author_email,
    hasPreview: value.has_preview ?? value.hasPreview ?? false,
  }));

/** An entry of the versions list. */
export const versionSummaryShape = z
  .looseObject({
    id: text,
    number: z.number().nullish(),
    metadata: versionMetadata.optional(),
    annotations,
  })
  .transform(({ id, number, metadata, annotations: noted }) => ({
    id,
    number: number ?? 0,
    createdOn: metadata?.createdOn ?? null,
    source: metadata?.source ?? null,
    author: metadata?.author ?? null,
    hasPreview: metadata?.hasPreview ?? false,
    annotations: noted,
  }));

/** A version with what it is made of. */
export const versionShape = z
  .looseObject({
    resources: z
      .looseObject({
        bindings,
        script: z.looseObject({ etag: optionalText }).nullish(),
        script_runtime: z
          .looseObject({
            compatibility_date: optionalText,
            compatibility_flags: z.array(text).nullish(),
            limits: optionalFields,
            migration_tag: optionalText,
            exports: optionalFields,
            placement: fields.nullish(),
            cache_options: fields.nullish(),
          })
          .nullish(),
      })
      .nullish(),
  })
  .and(versionSummaryShape)
  .transform(({ resources, ...summary }) => ({
    id: summary.id,
    number: summary.number,
    createdOn: summary.createdOn,
    source: summary.source,
    author: summary.author,
    hasPreview: summary.hasPreview,
    annotations: summary.annotations,
    bindings: resources?.bindings ?? [],
    etag: resources?.script?.etag ?? null,
    compatibilityDate: resources?.script_runtime?.compatibility_date ?? null,
    compatibilityFlags: resources?.script_runtime?.compatibility_flags ?? [],
    limits: resources?.script_runtime?.limits ?? null,
    migrationTag: resources?.script_runtime?.migration_tag ?? null,
    exports: resources?.script_runtime?.exports ?? null,
    // Undefined: the answer does not say, which is not "none".
    placement: resources?.script_runtime?.placement,
    cacheOptions: resources?.script_runtime?.cache_options,
  }));

/** A deployment: which versions get the traffic. */
export const deploymentShape = z
  .looseObject({
    id: text,
    created_on: optionalText,
    source: optionalText,
    author_email: optionalText,
    annotations,
    versions: z.array(z.looseObject({ version_id: text, percentage: z.number() })),
  })
  .transform((value) => ({
    id: value.id,
    createdOn: value.created_on ?? '',
    source: value.source,
    author: value.author_email,
    annotations: value.annotations,
    versions: value.versions.map(({ version_id: versionId, percentage }) => ({ versionId, percentage })),
  }));

/** `GET …/settings`: versioned settings of the newest version, and the script's own. */
export const settingsShape = z
  .looseObject({
    bindings,
    annotations,
    compatibility_date: optionalText,
    compatibility_flags: z.array(text).nullish(),
    exports: optionalFields,
    placement: optionalFields,
    cache_options: optionalFields,
    limits: optionalFields,
    tags: z.array(text).nullish(),
  })
  .transform((value) => ({
    bindings: value.bindings,
    annotations: value.annotations,
    compatibilityDate: value.compatibility_date,
    compatibilityFlags: value.compatibility_flags ?? [],
    exports: value.exports,
    placement: value.placement,
    cacheOptions: value.cache_options,
    limits: value.limits,
    tags: value.tags ?? [],
    /** The whole answer: each script-level setting is looked at where it is compared. */
    script: fields.parse(value),
  }));

/** `GET …/workers/services/{name}`: the only readable place of the migration tag. */
export const serviceShape = z
  .looseObject({
    default_environment: z
      .looseObject({ script: z.looseObject({ migration_tag: optionalText }).nullish() })
      .nullish(),
  })
  .transform((value) => ({ migrationTag: value.default_environment?.script?.migration_tag ?? null }));

const handlers = z.array(z.looseObject({ name: z.string() }));

/**
 * The same answer: what the live script exports beside its default. Null: it does not tell; a script without any
 * handler at all was not looked into.
 */
export const entrypointsShape = z
  .looseObject({
    default_environment: z
      .looseObject({
        script: z
          .looseObject({ handlers: z.array(text).nullish(), named_handlers: handlers.nullish() })
          .nullish(),
      })
      .nullish(),
  })
  .transform(({ default_environment: environment }) => {
    const { handlers: own = [], named_handlers: named = [] } = environment?.script ?? {};
    const names = (named ?? []).map(({ name }) => name);
    return names.length + (own ?? []).length === 0 ? null : names;
  });

/** `PUT script`: `deployment_id` is the new version's id without hyphens. */
export const uploadShape = z
  .looseObject({ deployment_id: optionalText, id: optionalText })
  .nullable()
  .transform((value) => ({ versionId: withHyphens(value?.deployment_id ?? null) }));

function withHyphens(id: string | null): string | null {
  if (id === null || !/^[0-9a-f]{32}$/i.test(id)) return id;
  return [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join('-');
}

export type LiveVersion = z.infer<typeof versionShape>;
export type VersionSummary = z.infer<typeof versionSummaryShape>;
export type Deployment = z.infer<typeof deploymentShape>;
export type LiveSettings = z.infer<typeof settingsShape>;
