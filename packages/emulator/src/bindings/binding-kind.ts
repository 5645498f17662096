import type { ApiFailure } from '../api/errors.ts';
import type { Json, JsonObject } from '../json.ts';
import type { BindingRuntime } from '../runtime/bindings/binding-runtime.ts';
import type {
  DurableObjectNamespaceDocument,
  ScriptDocument,
  StoredBinding,
} from '../store/model/scripts.ts';
import type { Reader } from '../store/store.ts';
import type { Field } from './fields.ts';

/** The script that binds, as it will be after the upload. */
export interface BindingOwner {
  accountId: string;
  plan: 'free' | 'paid';
  scriptName: string;
  dispatchNamespace: string | null;
  /** Durable Object namespaces after the upload's migrations. */
  durableObjectNamespaces: readonly DurableObjectNamespaceDocument[];
  /** True when the script may bind itself. */
  mayBindItself: boolean;
  /** Classes that declarative exports will provision when the version is deployed. */
  declaredClasses: readonly string[];
}

/** How a binding makes its Worker depend on another Worker. */
export interface WorkerReference {
  as: 'services' | 'durableObjects' | 'dispatchOutbounds';
  /** Name of the other Worker. */
  name: (binding: StoredBinding) => Json | undefined;
}

/** Everything the emulator knows about one kind of binding. */
export interface BindingKind {
  /** Fields of the uploaded binding besides `type` and `name`, in the order in which they are asked for. */
  readonly fields: Readonly<Record<string, Field>>;
  /** What it becomes in workerd; null: there is no local runtime for it. */
  readonly runtime: BindingRuntime | null;
  /** The value is in the binding itself and counts as a variable. */
  readonly isVariable?: true;
  /** The value is secret: reads leave it out, rollbacks ask about it. */
  readonly isSecret?: true;
  /** Name under which a missing `one of` field is asked for, when not all of them are named. */
  readonly asksFor?: string;
  /** Refuses a binding that points at nothing. */
  readonly refuse?: (binding: StoredBinding, owner: BindingOwner, reader: Reader) => ApiFailure | null;
  /** True when the bound resource is gone; looked at when an older version is deployed again. */
  readonly isGone?: (binding: StoredBinding, accountId: string, reader: Reader) => boolean;
  /** How reads show it, from the fields that reads return. Default: these fields. */
  readonly giveBack?: (wire: JsonObject, script: ScriptDocument, reader: Reader) => JsonObject;
  readonly uses?: WorkerReference;
}

/** A field of a binding as text, or '' when it is absent or no text. */
export function textOf(binding: JsonObject, field: string): string {
  const value = binding[field];
  return typeof value === 'string' ? value : '';
}
