import { z } from 'zod';
import { bindingName, json } from '../shapes/primitives.ts';
import { defineBinding, keep } from './define-binding.ts';

/**
 * Variables. A string becomes `plain_text`; everything else, null included, becomes `json`, as wrangler does it.
 */
export const vars = defineBinding({
  label: 'Variable',
  types: ['plain_text', 'json'],
  section: 'vars',
  schema: z.record(bindingName, json),
  order: 10,
  fromConfig: (section) =>
    Object.entries(section).map(([name, value]) =>
      typeof value === 'string'
        ? { name, type: 'plain_text', text: value }
        : { name, type: 'json', json: value },
    ),
  normalise: (binding) => keep(binding, [binding.type === 'json' ? 'json' : 'text']),
  describe: (binding) => (binding.type === 'json' ? 'JSON variable' : 'Text variable'),
});
