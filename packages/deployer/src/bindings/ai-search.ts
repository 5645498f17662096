import { z } from 'zod';
import { bindingName, list, remote, resourceName } from '../shapes/primitives.ts';
import { defineBinding, keep } from './define-binding.ts';

/** AI Search: one instance, by name. */
export const aiSearch = defineBinding({
  label: 'AI Search instance',
  types: ['ai_search'],
  section: 'ai_search',
  schema: list(
    z.strictObject({
      binding: bindingName,
      instance_name: resourceName,
      remote,
    }),
  ),
  order: 130,
  fromConfig: (section) =>
    section.map((item) => ({ name: item.binding, type: 'ai_search', instance_name: item.instance_name })),
  // The file has no word for the namespace, and means the one called default.
  normalise: (binding) =>
    keep(binding, ['instance_name', ...(binding['namespace'] === 'default' ? [] : ['namespace'])]),
  describe: (binding) => `AI Search instance ${String(binding['instance_name'])}`,
});
