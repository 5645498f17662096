import type { ScriptDocument, VersionDocument } from '../store/model.ts';
import type { Reader } from '../store/store.ts';
import { bindingsToWire } from '../bindings/wire.ts';
import { liveExports, optional } from './scripts.ts';
import type { JsonObject } from '../json.ts';

/** Script-level settings, as `script-settings` answers them. */
export function scriptSettingsToWire(script: ScriptDocument): JsonObject {
  const { logpush, observability, tags, tailConsumers } = script.settings;
  return { logpush, ...optional('observability', observability), tags, tail_consumers: tailConsumers };
}

/** Settings of the newest version together with the script-level ones. */
export function settingsToWire(script: ScriptDocument, version: VersionDocument, reader: Reader): JsonObject {
  return {
    bindings: bindingsToWire(version.bindings, script, reader),
    compatibility_date: version.compatibilityDate ?? '2021-11-02',
    compatibility_flags: version.compatibilityFlags,
    usage_model: version.usageModel,
    annotations: version.annotations,
    ...optional('limits', version.limits),
    ...optional('placement', version.placement),
    ...optional('cache_options', version.cacheOptions),
    ...optional('exports', liveExports(version.exports)),
    ...scriptSettingsToWire(script),
  };
}
