import { failure } from '../api/errors.ts';
import type { ApiFailure } from '../api/errors.ts';
import type { JsonObject } from '../json.ts';
import { durableObject } from '../runtime/bindings/durable-object.ts';
import { scriptKey } from '../store/documents.ts';
import type { ScriptDocument, StoredBinding } from '../store/model/scripts.ts';
import type { Reader } from '../store/store.ts';
import type { BindingOwner, BindingKind } from './binding-kind.ts';
import { alternative, optional } from './fields.ts';

/** A Durable Object class of this Worker or of another one. */
export const durableObjectNamespaceBinding: BindingKind = {
  fields: {
    class_name: alternative(),
    namespace_id: alternative(),
    script_name: optional,
    environment: optional,
    dispatch_namespace: optional,
  },
  runtime: durableObject,
  refuse,
  giveBack,
  uses: { as: 'durableObjects', name: (binding) => binding['script_name'] },
};

function refuse(binding: StoredBinding, owner: BindingOwner, reader: Reader): ApiFailure | null {
  const script = holderOf(binding, owner, reader);
  const namespaces = script === 'own' ? owner.durableObjectNamespaces : script?.durableObjectNamespaces;
  const wanted = binding['class_name'];
  const known = namespaces?.some((namespace) =>
    wanted === undefined ? namespace.id === binding['namespace_id'] : namespace.className === wanted,
  );
  if (known === true) return null;
  if (script === 'own' && typeof wanted === 'string' && owner.declaredClasses.includes(wanted)) {
    return failure(
      'exportNotProvisioned',
      `Binding '${binding.name}' names '${wanted}', which is not provisioned yet.`,
    );
  }
  const name = String(wanted ?? binding['namespace_id']);
  return failure(
    'classWithoutNamespace',
    script === 'own'
      ? `Cannot create binding for class '${name}' because it is not currently configured to implement Durable Objects. Did you forget to include a migration that creates the class?`
      : `Cannot create binding for class '${name}': script '${String(binding['script_name'])}' does not implement it.`,
  );
}

/** The script that holds the class a binding names, or `own` when it is the one that binds. */
function holderOf(
  binding: StoredBinding,
  owner: BindingOwner,
  reader: Reader,
): ScriptDocument | 'own' | undefined {
  const name = binding['script_name'];
  if (typeof name !== 'string') return 'own';
  const namespace = typeof binding['dispatch_namespace'] === 'string' ? binding['dispatch_namespace'] : null;
  if (name === owner.scriptName && (namespace ?? owner.dispatchNamespace) === owner.dispatchNamespace)
    return 'own';
  return reader.get('script', scriptKey(owner.accountId, name, namespace));
}

function giveBack(wire: JsonObject, script: ScriptDocument, reader: Reader): JsonObject {
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
