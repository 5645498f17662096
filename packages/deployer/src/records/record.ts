import { z } from 'zod';
import type { Json } from '../json.ts';
import type { Triggers } from '../resolve/resolved-worker.ts';
import type { ScriptSettings } from '../resolve/schema/setting-fields.ts';

const text = z.string();
const fields = z.record(text, z.custom<Json>());

const triggersShape = z.object({
  workersDev: z.boolean(),
  previewUrls: z.boolean().optional(),
  routes: z.array(z.object({ pattern: text, zoneId: text.optional(), zoneName: text.optional() })).optional(),
  customDomains: z
    .array(
      z.object({
        hostname: text,
        zoneId: text.optional(),
        zoneName: text.optional(),
        enabled: z.boolean().optional(),
        previewsEnabled: z.boolean().optional(),
      }),
    )
    .optional(),
  crons: z.array(text).optional(),
  queueConsumers: z
    .array(
      z.object({
        queue: text,
        type: z.enum(['worker', 'http_pull']),
        deadLetterQueue: text.optional(),
        settings: fields,
      }),
    )
    .optional(),
  workflows: z.array(z.object({ name: text, className: text, options: fields })).optional(),
});

/** What belongs to no version, as the files said it: a rollback with settings takes it from here. */
const unversioned = z.object({
  triggers: z.custom<Triggers>((value) => triggersShape.safeParse(value).success),
  settings: z.custom<ScriptSettings>((value) => typeof value === 'object' && value !== null),
});

const change = z.looseObject({ path: z.string(), kind: z.enum(['added', 'removed', 'changed']) });

/** Schema of a deployment record, version 1. Read back from disk it is checked like any other input. */
export const recordSchema = z.object({
  schema: z.literal(1),
  kind: z.enum(['deploy', 'rollback', 'promote', 'abort', 'secrets', 'destroy']),
  /** Marker of the run, as in the version's message: tells after a crash what of it arrived. */
  run: z.string(),
  /** `running` until the end; `interrupted` when a later command found the process gone. */
  status: z.enum([
    'running',
    'deployed',
    'paused',
    'unchanged',
    'failed',
    'rolled-back',
    'interrupted',
    'destroyed',
  ]),
  tenant: z.string(),
  /** Name of the shared Worker; null for the tenant's own. Records of before do not say. */
  worker: z.string().nullable().optional(),
  environment: z.string().nullable(),
  accountId: z.string(),
  scriptName: z.string(),
  url: z.string().nullable(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  durationMs: z.number().nullable(),
  /** Who ran it, as the machine knows them. */
  by: z.string().nullable(),
  git: z.object({ commit: z.string(), dirty: z.boolean() }).nullable(),
  /** Digest of the upload as it is kept in `.cf-deploy/artifacts`; null when nothing was uploaded or kept. */
  artifact: z.string().nullish(),
  /** What was set beside the version; null when nothing was. */
  unversioned: unversioned.nullish(),
  message: z.string().nullable(),
  previousVersionId: z.string().nullable(),
  versionId: z.string().nullable(),
  endState: z.string().nullable(),
  changes: z.array(change),
  steps: z.array(z.object({ kind: z.string(), description: z.string(), status: z.string() })),
  leftovers: z.array(z.string()),
  health: z.looseObject({ verdict: z.string(), message: z.string() }).nullable(),
  calls: z.number(),
  error: z.looseObject({ code: z.string(), message: z.string() }).nullable(),
});

/** What happened in one deploy or rollback. Holds no secret: values pass the redactor before they are written. */
export type DeploymentRecord = z.infer<typeof recordSchema>;
