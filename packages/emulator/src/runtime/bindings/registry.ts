import type { StoredBinding } from '../../store/model.ts';
import type { ScriptRef } from '../plan/worker-name.ts';
import { standIn } from '../plan/worker-part.ts';
import type { WorkerPart } from '../plan/worker-part.ts';
import type { BindingContext, BindingRuntime } from './binding-runtime.ts';
import { assets } from './assets.ts';
import { d1 } from './d1.ts';
import { dispatchNamespace } from './dispatch-namespace.ts';
import { durableObject } from './durable-object.ts';
import { kv } from './kv.ts';
import { analyticsEngine, hyperdrive, parts, sendEmail, workerLoader } from './plugins.ts';
import { queue } from './queue.ts';
import { r2 } from './r2.ts';
import { ratelimit } from './ratelimit.ts';
import { secretsStore } from './secrets-store.ts';
import { service } from './service.ts';
import { ai, vectorize } from './stand-in.ts';
import { variables } from './variables.ts';
import { versionMetadata } from './version-metadata.ts';
import { workflow } from './workflow.ts';

const KINDS: readonly BindingRuntime[] = [
  ai,
  analyticsEngine,
  assets,
  d1,
  dispatchNamespace,
  durableObject,
  hyperdrive,
  kv,
  parts,
  queue,
  r2,
  ratelimit,
  secretsStore,
  sendEmail,
  service,
  variables,
  vectorize,
  versionMetadata,
  workerLoader,
  workflow,
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
    wrappedBindings: { [name]: standIn('refused', { NAME: name, TYPE: type }) },
  };
}
