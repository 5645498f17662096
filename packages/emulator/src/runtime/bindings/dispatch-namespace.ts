import { standIn } from '../plan/worker-part.ts';
import { textField } from './binding-runtime.ts';
import type { BindingRuntime } from './binding-runtime.ts';

/**
 * `get(name)` gives a Worker of the namespace, by `fetch` only. The namespace's Workers run in a process of their own, so
 * that waking one does not stop the Worker that dispatches to it.
 */
export const dispatchNamespace: BindingRuntime = {
  part: (binding) => ({
    wrappedBindings: {
      [binding.name]: standIn('dispatch', { NAMESPACE: textField(binding, 'namespace') }),
    },
  }),
};
