import { z } from 'zod';
import { bindingName, list, resourceName } from '../shapes/primitives.ts';
import { defineBinding, keep } from './define-binding.ts';

/** Logfwdr: Cloudflare's own log forwarding. */
export const logfwdr = defineBinding({
  label: 'Logfwdr destination',
  types: ['logfwdr'],
  section: 'logfwdr',
  inheritable: true,
  schema: z.strictObject({
    bindings: list(z.strictObject({ name: bindingName, destination: resourceName })).optional(),
  }),
  order: 290,
  fromConfig: (section) =>
    (section.bindings ?? []).map((item) => ({
      name: item.name,
      type: 'logfwdr',
      destination: item.destination,
    })),
  normalise: (binding) => keep(binding, ['destination']),
  describe: (binding) => `Logfwdr destination ${String(binding['destination'])}`,
});
