import type { BindingContext, BindingModule, BindingTarget, WorkerBinding } from './binding.ts';
import type { JsonObject } from '../json.ts';
import { BINDING_MODULES, bindingModule } from './registry.ts';

/** A binding and the section of the wrangler file it came from. */
export interface ConvertedBinding {
  readonly binding: WorkerBinding;
  readonly module: BindingModule;
}

/**
 * Sections of a wrangler file → bindings in upload form, ordered as wrangler orders them: by kind, then as written.
 *
 * @param sections values that passed their kind's schema, by key of the file
 */
export function bindingsFromConfig(
  sections: JsonObject,
  context: BindingContext,
): readonly ConvertedBinding[] {
  return BINDING_MODULES.flatMap((module) => {
    const section = module.section === null ? undefined : sections[module.section];
    if (section === undefined || module.fromConfig === undefined) return [];
    return module.fromConfig(section, context).map((binding) => ({ binding, module }));
  });
}

/** The comparable form of a binding; one of an unknown type stays as it is. Idempotent. */
export function normaliseBinding(
  binding: WorkerBinding,
  context: { readonly scriptName: string },
): WorkerBinding {
  return bindingModule(binding.type)?.normalise(binding, context) ?? binding;
}

/** One line for people, never a value: `KV namespace 0f2c…`. */
export function describeBinding(binding: WorkerBinding): string {
  return bindingModule(binding.type)?.describe(binding) ?? `${binding.type} (unknown kind)`;
}

/** What the binding points at that must exist before an upload; null when nothing does. */
export function bindingTarget(binding: WorkerBinding): BindingTarget | null {
  return bindingModule(binding.type)?.target?.(binding) ?? null;
}
