import type { Finding } from '../../findings/finding.ts';
import { PLATFORM_LIMITS, type PlatformLimit } from '../../shapes/limits.ts';
import { isCustomDomain, routeEntries } from '../resolve-triggers.ts';
import type { JsonObject } from '../../json.ts';
import { at, type Rule, type RuleFacts } from './rule.ts';

/** Sizes and counts stay within the platform's limits. */
export const sizes: Rule = {
  name: 'size-and-count-limits',
  check: (facts) => [...variables(facts), ...counts(facts)],
};

function variables(facts: RuleFacts): readonly Finding[] {
  const vars = Object.entries((facts.config.values['vars'] ?? {}) as JsonObject);
  const secrets = facts.config.values['secrets'] as { readonly required?: readonly string[] } | undefined;
  const count = vars.length + (secrets?.required?.length ?? 0);
  const findings: Finding[] = [];
  if (count > PLATFORM_LIMITS.variablesPaid.value) {
    findings.push(over(facts, 'vars', { count, limit: PLATFORM_LIMITS.variablesPaid, severity: 'error' }));
  } else if (count > PLATFORM_LIMITS.variablesFree.value) {
    findings.push(over(facts, 'vars', { count, limit: PLATFORM_LIMITS.variablesFree, severity: 'warning' }));
  }
  for (const [name, value] of vars) {
    const bytes = Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
    if (bytes <= PLATFORM_LIMITS.variableBytes.value) continue;
    findings.push(
      at(facts, ['vars', name], {
        what: 'key',
        severity: 'error',
        code: 'limit',
        message: `The variable ${name} has ${bytes} bytes; ${PLATFORM_LIMITS.variableBytes.value} are allowed.`,
        hint: 'Put large values into KV, or into a module of the Worker.',
      }),
    );
  }
  return findings;
}

function counts(facts: RuleFacts): readonly Finding[] {
  const entries = routeEntries(facts.config.fields) ?? [];
  const domains = entries.filter((entry) => isCustomDomain(entry)).length;
  const crons = facts.config.fields.triggers?.crons?.length ?? 0;
  const checks = [
    {
      field: 'routes',
      count: entries.length - domains,
      limit: PLATFORM_LIMITS.routesPerZone,
      severity: 'warning',
    },
    { field: 'routes', count: domains, limit: PLATFORM_LIMITS.customDomainsPerZone, severity: 'warning' },
    { field: 'triggers', count: crons, limit: PLATFORM_LIMITS.cronsPerAccountPaid, severity: 'warning' },
  ] as const;
  return checks
    .filter(({ count, limit }) => count > limit.value)
    .map(({ field, ...rest }) => over(facts, field, rest));
}

function over(
  facts: RuleFacts,
  field: string,
  found: { readonly count: number; readonly limit: PlatformLimit; readonly severity: 'error' | 'warning' },
): Finding {
  return at(facts, [field], {
    what: 'key',
    severity: found.severity,
    code: 'limit',
    message: `There are ${found.count} ${found.limit.unit}; ${found.limit.value} are allowed${found.severity === 'warning' ? ' on some plans' : ''}.`,
    hint: `Source of the limit: ${found.limit.source}.`,
  });
}
