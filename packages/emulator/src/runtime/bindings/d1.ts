import { textField } from './binding-runtime.ts';
import type { BindingRuntime } from './binding-runtime.ts';

/** D1 databases, stored by their id. The API knows the id under two names. */
export const d1: BindingRuntime = {
  part: (binding) => ({
    d1Databases: { [binding.name]: textField(binding, 'database_id') || textField(binding, 'id') },
  }),
};
