import { bindingKind } from '../../bindings/registry.ts';
import type { StoredBinding } from '../../store/model/scripts.ts';
import type { ScriptRef } from '../plan/worker-name.ts';
import { standIn } from '../plan/worker-part.ts';
import type { WorkerPart } from '../plan/worker-part.ts';
import type { BindingContext } from './binding-runtime.ts';

/** What a binding adds to its Worker. A kind without local runtime becomes an object that throws when it is used. */
export function bindingPart(binding: StoredBinding, context: BindingContext): WorkerPart {
  return bindingKind(binding.type)?.runtime?.part(binding, context) ?? refused(binding);
}

/** Scripts a binding needs beside its own. */
export function bindingTargets(binding: StoredBinding, context: Pick<BindingContext, 'script'>): ScriptRef[] {
  return bindingKind(binding.type)?.runtime?.targets?.(binding, context) ?? [];
}

function refused({ name, type }: StoredBinding): WorkerPart {
  return {
    wrappedBindings: { [name]: standIn('refused', { NAME: name, TYPE: type }) },
  };
}
