import type { BindingModule } from './binding.ts';
import { keep } from './define-binding.ts';

/** `inherit`: keeps what the previous version had under that name. Made by other kinds when they have no id. */
export const inherit: BindingModule = {
  label: 'Inherited binding',
  types: ['inherit'],
  section: null,
  schema: null,
  order: 0,
  normalise: (binding) => keep(binding, ['old_name', 'version_id']),
  describe: () => 'As in the version before',
};
