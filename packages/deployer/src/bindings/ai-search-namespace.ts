import { z } from 'zod';
import { bindingName, list, remote, resourceName } from '../shapes/primitives.ts';
import { defineBinding, keep } from './define-binding.ts';

/** AI Search: all instances of a namespace. */
export const aiSearchNamespace = defineBinding({
  label: 'AI Search namespace',
  types: ['ai_search_namespace'],
  section: 'ai_search_namespaces',
  schema: list(
    z.strictObject({
      binding: bindingName,
      namespace: resourceName,
      remote,
    }),
  ),
  order: 120,
  fromConfig: (section) =>
    section.map((item) => ({ name: item.binding, type: 'ai_search_namespace', namespace: item.namespace })),
  normalise: (binding) => keep(binding, ['namespace']),
  describe: (binding) => `AI Search namespace ${String(binding['namespace'])}`,
});
