import { z } from 'zod';
import { inheritable } from '../../shapes/field.ts';
import { cron, hostname, list, resourceId, routePattern } from '../../shapes/primitives.ts';

const route = z.union([
  routePattern,
  z.strictObject({
    pattern: routePattern.describe('Host and path, such as "shop.example.com/*".'),
    zone_id: resourceId.optional(),
    zone_name: hostname.optional(),
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
  routes: inheritable(list(route)),
  triggers: inheritable(
    z.strictObject({
      crons: list(cron).describe('Cron expressions, UTC. An empty list removes all.').optional(),
    }),
  ),
};
