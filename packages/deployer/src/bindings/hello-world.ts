import { z } from 'zod';
import { bindingName, list } from '../shapes/primitives.ts';
import { compact } from '../json.ts';
import { defineBinding, keep } from './define-binding.ts';

/** Hello World: Cloudflare's own sample kind. */
export const helloWorld = defineBinding({
  label: 'Hello World',
  types: ['unsafe_hello_world'],
  section: 'unsafe_hello_world',
  schema: list(
    z.strictObject({
      binding: bindingName,
      enable_timer: z.boolean().optional(),
    }),
  ),
  order: 190,
  fromConfig: (section) =>
    section.map((item) =>
      compact({ name: item.binding, type: 'unsafe_hello_world', enable_timer: item.enable_timer }),
    ),
  normalise: (binding) => keep(binding, ['enable_timer']),
  describe: (binding) => `${binding.type} (sample kind)`,
});
