import { z } from 'zod';
import { bindingName, list, remote, resourceName } from '../shapes/primitives.ts';
import { compact } from '../json.ts';
import { defineBinding } from './define-binding.ts';

/** Analytics Engine datasets. A dataset left out is named like the binding. */
export const analyticsEngine = defineBinding({
  label: 'Analytics Engine dataset',
  types: ['analytics_engine'],
  section: 'analytics_engine_datasets',
  schema: list(z.strictObject({ binding: bindingName, dataset: resourceName.optional(), remote })),
  order: 240,
  fromConfig: (section) =>
    section.map((item) => compact({ name: item.binding, type: 'analytics_engine', dataset: item.dataset })),
  normalise: (binding) => ({
    type: binding.type,
    name: binding.name,
    dataset: binding['dataset'] ?? binding.name,
  }),
  describe: (binding) => `Analytics Engine dataset ${String(binding['dataset'] ?? binding.name)}`,
});
