import { textField } from './binding-runtime.ts';
import type { BindingRuntime } from './binding-runtime.ts';

/** KV namespaces, stored by their id. */
export const kv: BindingRuntime = {
  part: (binding) => ({ kvNamespaces: { [binding.name]: textField(binding, 'namespace_id') } }),
};
