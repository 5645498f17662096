import { failure } from '../api/errors.ts';
import { refuseUnknown } from '../api/body.ts';
import type { DeploymentDocument, StoredBinding } from '../store/model.ts';
import { readAnnotations } from '../rules/versions/annotations.ts';
import { readBindings } from '../bindings/read.ts';
import { readMigrations } from '../rules/durable-objects/migrations.ts';
import type { Migrations } from '../rules/durable-objects/migrations.ts';
import { readScriptSettings } from './script-settings.ts';
import type { ScriptSettingsPatch } from './script-settings.ts';
import { isObject } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';

/** `metadata` of an upload, checked. `undefined`: the field was not sent. */
export interface UploadMetadata {
  mainModule: string | null;
  bodyPart: string | null;
  bindings: StoredBinding[] | undefined;
  keepBindings: string[];
  compatibilityDate: string | null | undefined;
  compatibilityFlags: string[] | undefined;
  annotations: Record<string, string>;
  migrations: Migrations | null;
  exports: JsonObject | null | undefined;
  assets: { jwt: string | null; config: JsonObject } | null;
  keepAssets: boolean;
  placement: JsonObject | null | undefined;
  limits: JsonObject | null | undefined;
  cacheOptions: JsonObject | null | undefined;
  usageModel: string | undefined;
  packageDependencies: Json[] | null;
  /** Belongs to the deployment an upload makes. */
  codeUpdateStrategy: ReturnType<typeof readUpdateStrategy>;
  settings: ScriptSettingsPatch;
}

const FIELDS = [
  'main_module',
  'body_part',
  'bindings',
  'keep_bindings',
  'compatibility_date',
  'compatibility_flags',
  'annotations',
  'migrations',
  'exports',
  'code_update_strategy',
  'assets',
  'keep_assets',
  'placement',
  'limits',
  'observability',
  'logpush',
  'tail_consumers',
  'streaming_tail_consumers',
  'tags',
  'cache_options',
  'usage_model',
  'package_dependencies',
  'containers',
  'capnp_schema',
];

/** What reading depends on. */
export interface MetadataContext {
  scriptName: string;
  plan: 'free' | 'paid';
  /** Now, for compatibility dates in the future. */
  now: Date;
}

/**
 * Checks the form of an upload's metadata.
 * @throws 10021 for a field of the wrong form, 90400 for one the emulator does not know, 100328 for CPU limits on the
 * free plan.
 */
export function readMetadata(metadata: JsonObject, context: MetadataContext): UploadMetadata {
  refuseUnknown(metadata, FIELDS, 'metadata.');
  const limits = objectField(metadata, 'limits');
  if (limits?.['cpu_ms'] !== undefined && context.plan === 'free') throw failure('cpuLimitFree');
  return {
    mainModule: textField(metadata, 'main_module') ?? null,
    bodyPart: textField(metadata, 'body_part') ?? null,
    bindings: metadata['bindings'] === undefined ? undefined : readBindings(metadata['bindings']),
    keepBindings: textList(metadata, 'keep_bindings') ?? [],
    compatibilityDate: readCompatibilityDate(metadata['compatibility_date'], context.now),
    compatibilityFlags: textList(metadata, 'compatibility_flags'),
    annotations: readAnnotations(metadata['annotations'], 'version', context.scriptName),
    migrations: readMigrations(metadata['migrations']),
    exports: objectField(metadata, 'exports'),
    assets: readAssets(metadata['assets']),
    keepAssets: metadata['keep_assets'] === true,
    placement: objectField(metadata, 'placement'),
    limits,
    cacheOptions: objectField(metadata, 'cache_options'),
    usageModel: textField(metadata, 'usage_model'),
    packageDependencies: Array.isArray(metadata['package_dependencies'])
      ? metadata['package_dependencies']
      : null,
    codeUpdateStrategy: readUpdateStrategy(metadata['code_update_strategy']),
    settings: readScriptSettings(metadata),
  };
}

/** A `YYYY-MM-DD` that is a real day and not after today (UTC). @throws 10021 */
export function readCompatibilityDate(value: Json | undefined, now: Date): string | null | undefined {
  if (value === undefined || value === null) return value;
  const parsed = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? new Date(value) : null;
  if (parsed === null || Number.isNaN(parsed.getTime())) {
    throw failure('invalidRequest', `Invalid compatibility date: ${JSON.stringify(value)}.`);
  }
  const date = String(value);
  if (date > now.toISOString().slice(0, 10)) {
    throw failure('invalidRequest', `Can't set compatibility date in the future: ${date}.`);
  }
  return date;
}

/** Longest `max_delay`, seconds: a day, as wrangler allows. */
const MAX_UPDATE_DELAY_SECONDS = 86_400;

/** `code_update_strategy` of an upload or deployment; `null` when not sent. @throws 10021 */
export function readUpdateStrategy(
  value: Json | undefined,
): NonNullable<DeploymentDocument['codeUpdateStrategy']> | null {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) throw failure('invalidRequest', 'code_update_strategy must be an object.');
  refuseUnknown(value, ['mode', 'max_delay'], 'code_update_strategy.');
  const { mode, max_delay: delay } = value;
  if (mode !== 'immediate' && mode !== 'deferred') {
    throw failure('invalidRequest', 'code_update_strategy.mode must be "immediate" or "deferred".');
  }
  if (mode === 'immediate') {
    if (delay !== undefined)
      throw failure('invalidRequest', 'code_update_strategy.max_delay needs mode "deferred".');
    return { mode };
  }
  if (delay === undefined) return { mode, maxDelay: null };
  if (typeof delay !== 'number' || !(delay >= 0 && delay <= MAX_UPDATE_DELAY_SECONDS)) {
    throw failure(
      'invalidRequest',
      `code_update_strategy.max_delay must be 0 to ${MAX_UPDATE_DELAY_SECONDS} seconds.`,
    );
  }
  return { mode, maxDelay: delay };
}

function readAssets(value: Json | undefined): UploadMetadata['assets'] {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) throw failure('invalidRequest', 'assets must be an object.');
  refuseUnknown(value, ['jwt', 'config'], 'metadata.assets.');
  const config = objectField(value, 'config') ?? {};
  refuseUnknown(
    config,
    [
      'html_handling',
      'not_found_handling',
      'run_worker_first',
      'serve_directly',
      'base_path',
      '_headers',
      '_redirects',
      'headers',
      'redirects',
    ],
    'metadata.assets.config.',
  );
  return { jwt: textField(value, 'jwt') ?? null, config };
}

function textField(object: JsonObject, field: string): string | undefined {
  const value = object[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw failure('invalidRequest', `${field} must be a string.`);
  return value;
}

function textList(object: JsonObject, field: string): string[] | undefined {
  const value = object[field];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
    throw failure('invalidRequest', `${field} must be an array of strings.`);
  }
  return value as string[];
}

function objectField(object: JsonObject, field: string): JsonObject | null | undefined {
  const value = object[field];
  if (value === undefined || value === null) return value;
  if (!isObject(value)) throw failure('invalidRequest', `${field} must be an object.`);
  return value;
}
