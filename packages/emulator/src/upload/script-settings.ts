import { failure } from '../api/errors.ts';
import { refuseUnknown } from '../api/body.ts';
import type { ScriptDocument } from '../store/model.ts';
import { MAX_TAGS } from '../rules/account/limits.ts';
import { isObject } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';

export type ScriptSettings = ScriptDocument['settings'];

/** Script-level settings as sent: `undefined` not sent, `null` cleared. */
export interface ScriptSettingsPatch {
  logpush?: boolean | null;
  observability?: JsonObject | null;
  tags?: string[] | null;
  tailConsumers?: ScriptSettings['tailConsumers'] | null;
}

/** Settings of a script nobody set anything on. */
export const DEFAULT_SETTINGS: ScriptSettings = {
  logpush: false,
  observability: null,
  tags: [],
  tailConsumers: [],
};

const OBSERVABILITY_FIELDS = [
  'enabled',
  'head_sampling_rate',
  'logs',
  'traces',
  'issues',
  'redact_query_string',
];

/** Reads the script-level fields of an object that may have others. @throws 10021, 90400 */
export function readScriptSettings(source: JsonObject): ScriptSettingsPatch {
  const patch: ScriptSettingsPatch = {};
  const { logpush, observability, tags, tail_consumers: tailConsumers } = source;
  if (logpush !== undefined) {
    if (logpush !== null && typeof logpush !== 'boolean')
      throw failure('invalidRequest', 'logpush must be a boolean.');
    patch.logpush = logpush;
  }
  if (observability !== undefined) patch.observability = readObservability(observability);
  if (tags !== undefined) patch.tags = readTags(tags);
  if (tailConsumers !== undefined) patch.tailConsumers = readTailConsumers(tailConsumers);
  return patch;
}

/** Settings after a patch; what was not sent stays. */
export function patchSettings(settings: ScriptSettings, patch: ScriptSettingsPatch): ScriptSettings {
  return {
    logpush: patch.logpush === undefined ? settings.logpush : (patch.logpush ?? false),
    observability: patch.observability === undefined ? settings.observability : patch.observability,
    tags: patch.tags === undefined ? settings.tags : (patch.tags ?? []),
    tailConsumers: patch.tailConsumers === undefined ? settings.tailConsumers : (patch.tailConsumers ?? []),
  };
}

/**
 * Settings after a script upload: tags that were not sent stay, everything else falls back to its default (that is why
 * clients send them with every script upload).
 */
export function settingsAfterUpload(
  before: ScriptSettings | undefined,
  patch: ScriptSettingsPatch,
): ScriptSettings {
  return patchSettings({ ...DEFAULT_SETTINGS, tags: before?.tags ?? [] }, patch);
}

function readObservability(value: Json | undefined): JsonObject | null {
  if (value === null) return null;
  if (!isObject(value)) throw failure('invalidRequest', 'observability must be an object.');
  refuseUnknown(value, OBSERVABILITY_FIELDS, 'observability.');
  const { enabled, head_sampling_rate: rate } = value;
  if (typeof enabled !== 'boolean')
    throw failure('invalidRequest', 'observability.enabled must be a boolean.');
  if (rate !== undefined && rate !== null && (typeof rate !== 'number' || rate < 0 || rate > 1)) {
    throw failure('invalidRequest', 'observability.head_sampling_rate must be between 0 and 1.');
  }
  return value;
}

function readTags(value: Json | undefined): string[] | null {
  if (value === null) return null;
  if (!Array.isArray(value) || value.some((tag) => typeof tag !== 'string')) {
    throw failure('invalidRequest', 'tags must be an array of strings.');
  }
  if (value.length > MAX_TAGS) throw failure('invalidRequest', `A Worker has at most ${MAX_TAGS} tags.`);
  return value as string[];
}

function readTailConsumers(value: Json | undefined): ScriptSettings['tailConsumers'] | null {
  if (value === null) return null;
  if (!Array.isArray(value)) throw failure('invalidRequest', 'tail_consumers must be an array.');
  return value.map((item) => {
    if (!isObject(item) || typeof item['service'] !== 'string') {
      throw failure('invalidRequest', 'A tail consumer needs a service.');
    }
    refuseUnknown(item, ['service', 'environment', 'namespace'], 'tail_consumers[].');
    const { service, environment, namespace } = item;
    return {
      service,
      ...(typeof environment === 'string' ? { environment } : {}),
      ...(typeof namespace === 'string' ? { namespace } : {}),
    };
  });
}
