import { z } from 'zod';
import { bindingName, list } from '../shapes/primitives.ts';
import { defineBinding, keep } from './define-binding.ts';

/** Worker loader: starts Workers from code at run time. */
export const workerLoader = defineBinding({
  label: 'Worker loader',
  types: ['worker_loader'],
  section: 'worker_loaders',
  schema: list(
    z.strictObject({
      binding: bindingName,
    }),
  ),
  order: 280,
  fromConfig: (section) => section.map((item) => ({ name: item.binding, type: 'worker_loader' })),
  normalise: (binding) => keep(binding, []),
  describe: () => 'Worker loader',
});
