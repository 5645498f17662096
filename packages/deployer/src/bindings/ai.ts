import { z } from 'zod';
import { bindingName, remote } from '../shapes/primitives.ts';
import { compact } from '../json.ts';
import { defineBinding, keep } from './define-binding.ts';

/** Workers AI. */
export const ai = defineBinding({
  label: 'Workers AI',
  types: ['ai'],
  section: 'ai',
  schema: z.strictObject({ binding: bindingName, staging: z.boolean().optional(), remote }),
  order: 320,
  fromConfig: (section) => [compact({ name: section.binding, type: 'ai', staging: section.staging })],
  normalise: (binding) => keep(binding, []),
  describe: () => 'Workers AI',
});
