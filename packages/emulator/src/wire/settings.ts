import type { JsonObject } from '../json.ts';
import { bindingsToWire } from '../bindings/wire.ts';
import { showScriptSettings, showVersionSettings } from '../settings/settings.ts';
import type { ScriptDocument, VersionDocument } from '../store/model/scripts.ts';
import type { Reader } from '../store/store.ts';

/** Settings of the newest version together with those of the Worker as a whole. */
export function settingsToWire(script: ScriptDocument, version: VersionDocument, reader: Reader): JsonObject {
  return {
    bindings: bindingsToWire(version.bindings, script, reader),
    annotations: version.annotations,
    ...showVersionSettings('settings', version),
    ...showScriptSettings('settings', script.settings),
  };
}
