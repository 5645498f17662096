import { z } from 'zod';
import { bindingName, list, remote, resourceName } from '../shapes/primitives.ts';
import { defineBinding, keep } from './define-binding.ts';

/** Artifacts: repositories of a namespace. */
export const artifacts = defineBinding({
  label: 'Artifacts namespace',
  types: ['artifacts'],
  section: 'artifacts',
  schema: list(
    z.strictObject({
      binding: bindingName,
      namespace: resourceName,
      remote,
    }),
  ),
  order: 180,
  fromConfig: (section) =>
    section.map((item) => ({ name: item.binding, type: 'artifacts', namespace: item.namespace })),
  normalise: (binding) => keep(binding, ['namespace']),
  describe: (binding) => `Artifacts namespace ${String(binding['namespace'])}`,
});
