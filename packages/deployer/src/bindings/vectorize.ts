import { z } from 'zod';
import { bindingName, list, remote, resourceName } from '../shapes/primitives.ts';
import { defineBinding, keep } from './define-binding.ts';

/** Vectorize: an index of vectors, by name. */
export const vectorize = defineBinding({
  label: 'Vectorize index',
  types: ['vectorize'],
  section: 'vectorize',
  schema: list(
    z.strictObject({
      binding: bindingName,
      index_name: resourceName,
      remote,
    }),
  ),
  order: 110,
  fromConfig: (section) =>
    section.map((item) => ({ name: item.binding, type: 'vectorize', index_name: item.index_name })),
  normalise: (binding) => keep(binding, ['index_name']),
  target: (binding) => ({ kind: 'vectorize-index', id: String(binding['index_name']) }),
  describe: (binding) => `Vectorize index ${String(binding['index_name'])}`,
});
