import { z } from 'zod';
import { bindingName, nonEmpty, remote } from '../shapes/primitives.ts';
import { defineBinding, keep } from './define-binding.ts';

/** Artifacts: repositories of a namespace. */
export const artifacts = defineBinding({
  label: 'Artifacts namespace',
  types: ['artifacts'],
  section: 'artifacts',
  schema: z.array(
    z.strictObject({
      binding: bindingName,
      namespace: nonEmpty,
      remote,
    }),
  ),
  order: 180,
  fromConfig: (section) =>
    section.map((item) => ({ name: item.binding, type: 'artifacts', namespace: item.namespace })),
  normalise: (binding) => keep(binding, ['namespace']),
  describe: (binding) => `Artifacts namespace ${String(binding['namespace'])}`,
});
