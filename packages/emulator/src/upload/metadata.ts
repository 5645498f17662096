import type { Assumptions } from '../api/assumptions.ts';
import { failure } from '../api/errors.ts';
import { refuseUnknown } from '../api/body.ts';
import type { DeploymentDocument, StoredBinding } from '../store/model/scripts.ts';
import { readAnnotations } from '../rules/versions/annotations.ts';
import { readBindings } from '../bindings/read.ts';
import { readMigrations } from '../rules/durable-objects/migrations.ts';
import type { Migrations } from '../rules/durable-objects/migrations.ts';
import { readObject, readText, readTexts } from '../settings/read-values.ts';
import type { SettingContext } from '../settings/setting.ts';
import {
  SCRIPT_SETTING_NAMES,
  VERSION_SETTING_NAMES,
  readScriptSettings,
  readVersionSettings,
} from '../settings/settings.ts';
import type { ScriptSettings, VersionSettings } from '../settings/settings.ts';
import { isObject } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';

/** `metadata` of an upload, checked. `undefined`: the field was not sent. */
export interface UploadMetadata {
  mainModule: string | null;
  bodyPart: string | null;
  bindings: StoredBinding[] | undefined;
  keepBindings: string[];
  annotations: Record<string, string>;
  migrations: Migrations | null;
  assets: { jwt: string | null; config: JsonObject } | null;
  keepAssets: boolean;
  /** Belongs to the deployment an upload makes. */
  codeUpdateStrategy: ReturnType<typeof readUpdateStrategy>;
  /** The settings that were sent. */
  scriptSettings: Partial<ScriptSettings>;
  versionSettings: Partial<VersionSettings>;
}

/** What an upload says besides settings. */
const FIELDS = [
  'main_module',
  'body_part',
  'bindings',
  'keep_bindings',
  'annotations',
  'migrations',
  'code_update_strategy',
  'assets',
  'keep_assets',
];

/** Taken without effect: nothing here depends on them. */
const WITHOUT_EFFECT = ['streaming_tail_consumers', 'containers', 'capnp_schema'];

/** What reading depends on. */
export interface MetadataContext extends SettingContext {
  scriptName: string;
  assumptions: Assumptions;
}

/**
 * Checks the form of an upload's metadata.
 * @throws 10021 for a field of the wrong form, 90400 for one the emulator does not know, 100328 for CPU limits on the
 * free plan.
 */
export function readMetadata(metadata: JsonObject, context: MetadataContext): UploadMetadata {
  const known = [...FIELDS, ...SCRIPT_SETTING_NAMES, ...VERSION_SETTING_NAMES, ...WITHOUT_EFFECT];
  refuseUnknown(metadata, known, 'metadata.');
  return {
    mainModule: textField(metadata, 'main_module') ?? null,
    bodyPart: textField(metadata, 'body_part') ?? null,
    bindings: metadata['bindings'] === undefined ? undefined : readBindings(metadata['bindings']),
    keepBindings: readTexts('keep_bindings', metadata['keep_bindings'] ?? []),
    annotations: readAnnotations(metadata['annotations'], 'version', context.scriptName, context.assumptions),
    migrations: readMigrations(metadata['migrations']),
    assets: readAssets(metadata['assets']),
    keepAssets: metadata['keep_assets'] === true,
    codeUpdateStrategy: readUpdateStrategy(metadata['code_update_strategy']),
    scriptSettings: readScriptSettings(metadata, context),
    versionSettings: readVersionSettings(metadata, context),
  };
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
  const config = readObject('config', value['config'] ?? {});
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
  const value = object[field] ?? null;
  return value === null ? undefined : readText(field, value);
}
