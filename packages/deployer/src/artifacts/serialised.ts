import { createHash } from 'node:crypto';
import { z } from 'zod';
import { bundleDigest } from '../bundle/digest.ts';
import type { BundleModule } from '../bundle/bundle.ts';
import { bindingShape } from '../cloudflare/shapes.ts';
import type { JsonObject } from '../json.ts';
import { madeLate } from '../made-late.ts';
import { stableJson } from '../sections/canonical.ts';
import type { Artifact, ArtifactCode, ArtifactConfig } from './artifact.ts';

/** SHA-256, hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Code as text, and the digest that names it. The same code gives the same text. */
export function codeText(code: ArtifactCode): string {
  return stableJson({
    schema: 1,
    ...code,
    modules: code.modules.map(moduleText),
    sourceMaps: code.sourceMaps.map(moduleText),
  });
}

/** Everything but the code, which it names. */
export function uploadText(artifact: Artifact, code: string | null): string {
  return stableJson({ schema: 1, ...artifact, code });
}

function moduleText({ name, contentType, bytes }: BundleModule): object {
  return { name, contentType, base64: Buffer.from(bytes).toString('base64') };
}

const object = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null);

const moduleShape = madeLate(() =>
  z
    .object({ name: z.string(), contentType: z.string(), base64: z.string() })
    .transform(({ name, contentType, base64 }) => ({
      name,
      contentType: contentType as BundleModule['contentType'],
      bytes: new Uint8Array(Buffer.from(base64, 'base64')),
    })),
);

const codeShape = madeLate(() =>
  z.object({
    schema: z.literal(1),
    format: z.enum(['modules', 'service-worker']),
    mainModule: z.string(),
    modules: z.array(moduleShape()),
    sourceMaps: z.array(moduleShape()),
    bindings: z.array(z.object({ type: z.string(), name: z.string(), part: z.string() })),
    exports: z.array(z.string()),
    digest: z.string(),
    size: z.object({ raw: z.number(), gzip: z.number() }),
  }),
);

const configShape = madeLate(() =>
  z.object({
    compatibilityDate: z.string(),
    compatibilityFlags: z.array(z.string()),
    bindings: z.array(bindingShape),
    secrets: z.object({ required: z.array(z.string()), optional: z.array(z.string()).optional() }),
    keepVars: z.boolean(),
    exports: z.record(z.string(), object).nullable(),
    settings: object,
    runtime: z.object({
      limits: object.optional(),
      placement: object.optional(),
      cache_options: object.optional(),
    }),
    codeUpdateStrategy: object,
    unsafeMetadata: object,
  }),
);

const uploadShape = madeLate(() =>
  z.object({
    schema: z.literal(1),
    target: z.object({
      accountId: z.string(),
      scriptName: z.string(),
      dispatchNamespace: z.string().nullable(),
    }),
    /** Names the code; null for an assets-only Worker. */
    code: z.string().nullable(),
    config: configShape(),
    migrationTag: z.string().nullable(),
    assets: z
      .object({
        binding: z.string().nullable(),
        config: object,
        digest: z.string(),
        totalBytes: z.number(),
        entries: z.array(
          z.object({
            path: z.string(),
            hash: z.string(),
            size: z.number(),
            contentType: z.string().nullable(),
          }),
        ),
      })
      .nullable(),
  }),
);

/** An artifact without its code, as it is read back. */
export type StoredUpload = Omit<Artifact, 'code'> & { readonly code: string | null };

/** Null for what is no upload of this version of the tool. */
export function readUpload(text: string): StoredUpload | null {
  const read = uploadShape().safeParse(parse(text));
  if (!read.success) return null;
  const { schema: _, config, ...upload } = read.data;
  return { ...upload, config: config as ArtifactConfig };
}

/** Null for what is no code, or not the one its digest says. */
export function readCode(text: string): ArtifactCode | null {
  const read = codeShape().safeParse(parse(text));
  if (!read.success) return null;
  const { schema: _, ...code } = read.data;
  return bundleDigest(code.modules) === code.digest ? code : null;
}

function parse(text: string): z.input<typeof object> | null {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return null;
  }
}
