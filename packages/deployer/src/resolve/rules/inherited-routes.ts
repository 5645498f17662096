import type { Finding } from '../../findings/finding.ts';
import { isCustomDomain, routeEntries } from '../resolve-triggers.ts';
import { at, type Rule } from './rule.ts';

/**
 * An environment that inherits routes or custom domains would take them from the top level's Worker. wrangler does so
 * unasked; here it is a warning, and the deploy refuses to take what another Worker has.
 */
export const inheritedRoutes: Rule = {
  name: 'custom-domain-stolen-through-inheritance',
  check: (facts) => {
    const field = facts.config.fields.routes === undefined ? 'route' : 'routes';
    if (facts.environment === null || !facts.config.inherited.has(field)) return [];
    const entries = routeEntries(facts.config.fields) ?? [];
    if (entries.length === 0) return [];
    const domains = entries.filter((entry) => isCustomDomain(entry)).map((entry) => entry.pattern);
    const what =
      domains.length > 0
        ? { code: 'inherited-custom-domain', names: `the custom domain ${domains.join(', ')}` }
        : {
            code: 'inherited-route',
            names: `the route ${entries.map((entry) => (typeof entry === 'string' ? entry : entry.pattern)).join(', ')}`,
          };
    const finding: Finding = at(facts, [field], {
      what: 'key',
      severity: 'warning',
      code: what.code,
      message: `Environment "${facts.environment}" inherits ${what.names} from the top level, and would take it from the top level's Worker.`,
      hint: `Give env.${facts.environment} its own \`routes\`, or "routes": [] for none.`,
    });
    return [finding];
  },
};
