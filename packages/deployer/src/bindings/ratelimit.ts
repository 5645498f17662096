import { z } from 'zod';
import type { Json } from '../json.ts';
import { bindingName, integer, list, resourceId } from '../shapes/primitives.ts';
import { defineBinding, keep } from './define-binding.ts';

/** Rate limits: so many calls per key in 10 or 60 seconds. */
export const ratelimit = defineBinding({
  label: 'Rate limit',
  types: ['ratelimit'],
  section: 'ratelimits',
  schema: list(
    z.strictObject({
      name: bindingName,
      namespace_id: resourceId.describe('A number of your choice, as text; equal numbers share their count.'),
      simple: z.strictObject({
        limit: integer(0, 1_000_000_000),
        period: z.literal([10, 60]).describe('Seconds.'),
      }),
    }),
  ),
  order: 210,
  fromConfig: (section) =>
    section.map((item) => ({
      name: item.name,
      type: 'ratelimit',
      namespace_id: item.namespace_id,
      simple: item.simple,
    })),
  // The file has no word for the timeout; what another tool set is a difference. 0: none, which is the default.
  normalise: (binding) => {
    const {
      limit,
      period,
      mitigation_timeout: timeout,
    } = (binding['simple'] ?? {}) as Record<string, Json | undefined>;
    const set =
      timeout === undefined || timeout === null || timeout === 0 ? {} : { mitigation_timeout: timeout };
    return { ...keep(binding, ['namespace_id']), simple: { limit, period, ...set } };
  },
  describe: (binding) => {
    const { limit, period } = (binding['simple'] ?? {}) as Record<string, Json | undefined>;
    return `Rate limit ${String(limit)} in ${String(period)} s`;
  },
});
