import { z } from 'zod';
import { bindingName, HEX_ID, line, list, remote, resourceId } from '../shapes/primitives.ts';
import { defineBinding, keep, malformedId } from './define-binding.ts';

/** Hyperdrive: a pooled connection to a database, by the id of its configuration. */
export const hyperdrive = defineBinding({
  label: 'Hyperdrive',
  types: ['hyperdrive'],
  section: 'hyperdrive',
  schema: list(
    z.strictObject({
      binding: bindingName,
      id: resourceId,
      localConnectionString: line(4_096).describe('Local development only.').optional(),
      remote,
    }),
  ),
  order: 160,
  fromConfig: (section) => section.map((item) => ({ name: item.binding, type: 'hyperdrive', id: item.id })),
  check: (section) =>
    section.flatMap((item, index) =>
      malformedId(item.id, `[${index}].id`, {
        pattern: HEX_ID,
        form: 'an id of 32 hexadecimal digits',
        list: 'wrangler hyperdrive list',
      }),
    ),
  normalise: (binding) => keep(binding, ['id']),
  target: (binding) => ({ kind: 'hyperdrive-config', id: String(binding['id']) }),
  describe: (binding) => `Hyperdrive ${String(binding['id'])}`,
});
