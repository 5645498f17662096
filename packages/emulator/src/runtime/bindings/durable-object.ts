import type { ScriptDocument, StoredBinding } from '../../store/model/scripts.ts';
import type { ScriptRef } from '../plan/worker-name.ts';
import { optionalText } from './binding-runtime.ts';
import type { BindingRuntime } from './binding-runtime.ts';
import { compact } from '../../json.ts';

/** Durable Object namespaces of the script itself or of another one. */
export const durableObject: BindingRuntime = {
  part: (binding, context) => {
    const className = optionalText(binding, 'class_name');
    const namespaceId = optionalText(binding, 'namespace_id');
    const object = context.durableObject(
      ownerOf(binding, context.script),
      compact({ className, namespaceId }),
    );
    return object === null ? null : { durableObjects: { [binding.name]: object } };
  },
  targets: (binding, { script }) => [ownerOf(binding, script)],
};

/** The script that holds the class. Within a dispatch namespace a name means a script of the same namespace. */
function ownerOf(binding: StoredBinding, script: ScriptDocument): ScriptRef {
  return {
    name: optionalText(binding, 'script_name') ?? script.name,
    dispatchNamespace: optionalText(binding, 'dispatch_namespace') ?? script.dispatchNamespace,
  };
}
