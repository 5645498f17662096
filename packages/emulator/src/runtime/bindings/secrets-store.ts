import { standIn } from '../plan/worker-part.ts';
import { textField } from './binding-runtime.ts';
import type { BindingRuntime } from './binding-runtime.ts';

/** Secrets of a Secrets Store, read with `get()`. */
export const secretsStore: BindingRuntime = {
  part: (binding, { view, accountId }) => {
    const name = textField(binding, 'secret_name');
    const value = view.secretsStoreSecret?.(accountId, textField(binding, 'store_id'), name) ?? null;
    return {
      wrappedBindings: {
        [binding.name]: standIn('secret', { NAME: name, VALUE: value }),
      },
    };
  },
};
