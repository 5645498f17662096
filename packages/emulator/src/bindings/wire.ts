import type { JsonObject } from '../json.ts';
import type { ScriptDocument, StoredBinding } from '../store/model/scripts.ts';
import type { Reader } from '../store/store.ts';
import { bindingKind } from './registry.ts';

/** Bindings as reads return them: without secret values and other fields that only an upload has. */
export function bindingsToWire(
  bindings: readonly StoredBinding[],
  script: ScriptDocument,
  reader: Reader,
): JsonObject[] {
  return bindings.map((binding) => {
    const kind = bindingKind(binding.type);
    const returned = Object.entries(binding).filter(
      ([field]) => field !== 'raw' && kind?.fields[field]?.returned !== false,
    );
    const wire = Object.fromEntries(returned);
    return kind?.giveBack?.(wire, script, reader) ?? wire;
  });
}
