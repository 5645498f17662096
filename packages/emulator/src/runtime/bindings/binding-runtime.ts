import type { ScriptDocument, StoredBinding, VersionDocument } from '../../store/model/scripts.ts';
import type { RuntimeView } from '../contract.ts';
import type { ScriptRef } from '../plan/worker-name.ts';
import type { DurableObjectPart, WorkerPart } from '../plan/worker-part.ts';

/** What a binding may ask while it is planned. */
export interface BindingContext {
  readonly view: RuntimeView;
  readonly accountId: string;
  readonly script: ScriptDocument;
  readonly version: VersionDocument;
  /**
   * Name of the Worker that answers for another script, its assets and the split of its traffic included, or null when
   * that script is gone.
   */
  workerFor(ref: ScriptRef, entrypoint?: string): string | null;
  /** Name of the Worker with the code of another script, for its classes. */
  codeFor(ref: ScriptRef): string | null;
  /** The Durable Object class of a script, by its name or by its namespace id, or null when there is none. */
  durableObject(
    ref: ScriptRef,
    wanted: { className?: string; namespaceId?: string },
  ): DurableObjectPart | null;
}

/** Everything the runtime knows about one kind of binding. Pure. */
export interface BindingRuntime {
  /** What the binding adds to its Worker. null: there is no local runtime for it now, and using it says so. */
  part(binding: StoredBinding, context: BindingContext): WorkerPart | null;
  /** Scripts that have to run beside the one that binds them. */
  targets?(binding: StoredBinding, context: Pick<BindingContext, 'script'>): ScriptRef[];
}

/** A field of a binding as text, or '' when it is absent or no text. */
export function textField(binding: StoredBinding, field: string): string {
  const value = binding[field];
  return typeof value === 'string' ? value : '';
}

/** A field of a binding as text, or undefined. */
export function optionalText(binding: StoredBinding, field: string): string | undefined {
  return textField(binding, field) || undefined;
}
