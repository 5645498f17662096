import { z } from 'zod';
import { bindingName, list, remote, resourceName } from '../shapes/primitives.ts';
import { defineBinding, keep } from './define-binding.ts';

/** Agent Memory: what agents remember, by namespace. */
export const agentMemory = defineBinding({
  label: 'Agent Memory namespace',
  types: ['agent_memory'],
  section: 'agent_memory',
  schema: list(
    z.strictObject({
      binding: bindingName,
      namespace: resourceName,
      remote,
    }),
  ),
  order: 150,
  fromConfig: (section) =>
    section.map((item) => ({ name: item.binding, type: 'agent_memory', namespace: item.namespace })),
  normalise: (binding) => keep(binding, ['namespace']),
  describe: (binding) => `Agent Memory namespace ${String(binding['namespace'])}`,
});
