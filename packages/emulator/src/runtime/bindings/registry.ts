import type { StoredBinding } from '../../store/model.ts';
import type { ScriptRef } from '../plan/worker-name.ts';
import type { WorkerPart } from '../plan/worker-part.ts';
import type { BindingContext, BindingRuntime } from './binding-runtime.ts';
import { d1 } from './d1.ts';
import { durableObject } from './durable-object.ts';
import { kv } from './kv.ts';
import { r2 } from './r2.ts';
import { service } from './service.ts';
import { ai, vectorize } from './stand-in.ts';
import { variables } from './variables.ts';
import { versionMetadata } from './version-metadata.ts';

const KINDS: readonly BindingRuntime[] = [
  ai,
  d1,
  durableObject,
  kv,
  r2,
  service,
  variables,
  vectorize,
  versionMetadata,
];

const BY_TYPE = new Map(KINDS.flatMap((kind) => kind.types.map((type) => [type, kind] as const)));

/** What a binding adds to its Worker. A kind without local runtime becomes an object that throws when it is used. */
export function bindingPart(binding: StoredBinding, context: BindingContext): WorkerPart {
  return BY_TYPE.get(binding.type)?.part(binding, context) ?? refused(binding);
}

/** Scripts a binding needs beside its own. */
export function bindingTargets(binding: StoredBinding, context: Pick<BindingContext, 'script'>): ScriptRef[] {
  return BY_TYPE.get(binding.type)?.targets?.(binding, context) ?? [];
}

function refused({ name, type }: StoredBinding): WorkerPart {
  return {
    wrappedBindings: { [name]: { scriptName: 'stand-in:refused', bindings: { NAME: name, TYPE: type } } },
  };
}
