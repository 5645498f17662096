import { standIn } from '../plan/worker-part.ts';
import { textField } from './binding-runtime.ts';
import type { BindingRuntime } from './binding-runtime.ts';

/** Workers AI, answered by the deterministic stand-in. */
export const ai: BindingRuntime = {
  part: (binding) => ({ wrappedBindings: { [binding.name]: standIn('ai') } }),
};

/** Vectorize, answered by the stand-in that keeps real vectors. */
export const vectorize: BindingRuntime = {
  part: (binding) => ({
    wrappedBindings: {
      [binding.name]: standIn('vectorize', { INDEX: textField(binding, 'index_name') }),
    },
  }),
};
