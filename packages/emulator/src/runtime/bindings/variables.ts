import type { Json } from 'miniflare';
import { textField } from './binding-runtime.ts';
import type { BindingRuntime } from './binding-runtime.ts';

/** Values that are in the binding itself. */
export const variables: BindingRuntime = {
  part: (binding) => ({
    bindings: {
      [binding.name]: binding.type === 'json' ? (binding['json'] as Json) : textField(binding, 'text'),
    },
  }),
};
