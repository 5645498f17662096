import { z } from 'zod';
import { bindingName, HEX_ID, list, localName, remote, resourceId } from '../shapes/primitives.ts';
import { defineBinding, keep, malformedId } from './define-binding.ts';

/** Workers KV. Without an id the namespace bound now under that name stays (`inherit`). */
export const kv = defineBinding({
  label: 'KV namespace',
  types: ['kv_namespace'],
  section: 'kv_namespaces',
  schema: list(
    z.strictObject({
      binding: bindingName,
      id: resourceId.describe('Id of the namespace: 32 hexadecimal digits.').optional(),
      preview_id: localName.describe('Local development only.').optional(),
      remote,
    }),
  ),
  order: 40,
  fromConfig: (section) =>
    section.map(({ binding, id }) =>
      id === undefined
        ? { name: binding, type: 'inherit' }
        : { name: binding, type: 'kv_namespace', namespace_id: id },
    ),
  check: (section) =>
    section.flatMap(({ id }, index) =>
      malformedId(id, `[${index}].id`, {
        pattern: HEX_ID,
        form: 'an id of 32 hexadecimal digits',
        list: 'wrangler kv namespace list',
      }),
    ),
  normalise: (binding) => keep(binding, ['namespace_id']),
  target: (binding) => ({ kind: 'kv-namespace', id: String(binding['namespace_id']) }),
  describe: (binding) => `KV namespace ${String(binding['namespace_id'])}`,
});
