import type { BindingModule } from './binding.ts';
import { keep } from './define-binding.ts';

/** Messaging: the API knows the kind; the wrangler file has no section for it yet, so it only shows in drift. */
export const messaging: BindingModule = {
  label: 'Messaging namespace',
  types: ['messaging'],
  section: null,
  schema: null,
  order: 207,
  normalise: (binding) => keep(binding, ['namespace']),
  describe: (binding) => `Messaging namespace ${String(binding['namespace'])}`,
};
