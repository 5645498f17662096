import { scriptKey } from '../store/documents.ts';
import type { ScriptDocument, StoredBinding } from '../store/model.ts';
import type { Reader } from '../store/store.ts';
import type { JsonObject } from '../json.ts';

/** Fields that only an upload has; no read ever returns them. */
const UPLOAD_ONLY = new Set([
  'raw',
  'key_base64',
  'key_jwk',
  'delivery_delay',
  'props',
  'cross_account_grant',
  'staging',
]);

/**
 * Bindings as reads return them: without secret values, with the namespace id of Durable Object bindings, the
 * environment of service bindings, and both ids of D1 databases.
 */
export function bindingsToWire(
  bindings: readonly StoredBinding[],
  script: ScriptDocument,
  reader: Reader,
): JsonObject[] {
  return bindings.map((binding) => bindingToWire(binding, script, reader));
}

function bindingToWire(binding: StoredBinding, script: ScriptDocument, reader: Reader): JsonObject {
  const wire = Object.fromEntries(Object.entries(binding).filter(([field]) => !UPLOAD_ONLY.has(field)));
  switch (binding.type) {
    case 'secret_text':
      delete wire['text'];
      return wire;
    case 'd1': {
      const id = binding['id'] ?? binding['database_id'];
      return { ...wire, id, database_id: id };
    }
    case 'service':
      return { environment: 'production', ...wire };
    case 'durable_object_namespace':
      return durableObjectToWire(wire, script, reader);
    case 'analytics_engine':
      return { dataset: binding.name, ...wire };
    default:
      return wire;
  }
}

function durableObjectToWire(wire: JsonObject, script: ScriptDocument, reader: Reader): JsonObject {
  const name = wire['script_name'];
  const own = typeof name !== 'string' || name === script.name;
  const namespace = typeof wire['dispatch_namespace'] === 'string' ? wire['dispatch_namespace'] : null;
  const holder = own ? script : reader.get('script', scriptKey(script.accountId, name, namespace));
  const found = holder?.durableObjectNamespaces.find(
    (candidate) => candidate.className === wire['class_name'] || candidate.id === wire['namespace_id'],
  );
  const { script_name: _scriptName, ...rest } = wire;
  return {
    ...(own ? rest : wire),
    ...(found === undefined ? {} : { class_name: found.className, namespace_id: found.id }),
  };
}
