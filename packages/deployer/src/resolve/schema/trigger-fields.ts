import { z } from 'zod';
import { inheritable } from '../../shapes/field.ts';
import { nonEmpty } from '../../shapes/primitives.ts';

const route = z.union([
  nonEmpty,
  z.strictObject({
    pattern: nonEmpty.describe('Host and path, such as "shop.example.com/*".'),
    zone_id: nonEmpty.optional(),
    zone_name: nonEmpty.optional(),
    custom_domain: z
      .boolean()
      .describe('The host belongs to this Worker alone, DNS record included.')
      .optional(),
    enabled: z.boolean().describe('Custom domains only.').optional(),
    previews_enabled: z.boolean().describe('Custom domains only.').optional(),
  }),
]);

/** A route as the file has it. */
export type RouteEntry = z.output<typeof route>;

/** What makes the Worker run. */
export const TRIGGER_FIELDS = {
  workers_dev: inheritable(
    z.boolean().describe('Serve on <name>.<subdomain>.workers.dev. Default: true without routes.'),
  ),
  preview_urls: inheritable(z.boolean().describe('Serve each version on a URL of its own.')),
  route: inheritable(z.union([z.literal(''), route]).describe('One route. Use either `route` or `routes`.')),
  routes: inheritable(z.array(route)),
  triggers: inheritable(
    z.strictObject({
      crons: z.array(nonEmpty).describe('Cron expressions, UTC. An empty list removes all.').optional(),
    }),
  ),
};
