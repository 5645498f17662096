import { z } from 'zod';
import { bindingName, list, remote, resourceName } from '../shapes/primitives.ts';
import { defineBinding, keep } from './define-binding.ts';

/** K2: a stream, by name. */
export const k2 = defineBinding({
  label: 'K2 stream',
  types: ['k2'],
  section: 'k2',
  schema: list(
    z.strictObject({
      binding: bindingName,
      stream: resourceName,
      remote,
    }),
  ),
  order: 205,
  fromConfig: (section) => section.map((item) => ({ name: item.binding, type: 'k2', stream: item.stream })),
  normalise: (binding) => keep(binding, ['stream']),
  describe: (binding) => `K2 stream ${String(binding['stream'])}`,
});
