import type { Finding } from '../../findings/finding.ts';
import { isCustomDomain } from '../resolve-triggers.ts';
import type { RouteEntry } from '../schema/trigger-fields.ts';
import { at, type Rule, type RuleFacts } from './rule.ts';

/** Routes have a pattern Cloudflare takes and a zone it lies in. Source: Workers documentation, "Routes". */
export const routes: Rule = {
  name: 'routes',
  check: (facts) => {
    const { route, routes: list } = facts.config.fields;
    const entries: readonly (readonly [RouteEntry, readonly (string | number)[]])[] = [
      ...(list ?? []).map((entry, index) => [entry, ['routes', index]] as const),
      ...(route === undefined || route === '' ? [] : [[route, ['route']] as const]),
    ];
    const seen = new Set<string>();
    return [
      ...bothFields(facts),
      ...entries.flatMap(([entry, path]) => {
        const pattern = patternOf(entry);
        const again = seen.has(pattern);
        seen.add(pattern);
        const problems = again ? [DUPLICATE] : problemsOf(entry);
        return problems.map(({ below, ...finding }) =>
          at(facts, below === undefined || typeof entry === 'string' ? path : [...path, below], finding),
        );
      }),
    ];
  },
};

type Problem = Pick<Finding, 'severity' | 'code' | 'message' | 'hint'> & { readonly below?: string };

const DUPLICATE: Problem = {
  severity: 'error',
  code: 'duplicate-route',
  message: 'This route is written twice.',
  hint: 'Remove one.',
};

function bothFields(facts: RuleFacts): readonly Finding[] {
  const { route, routes: list } = facts.config.paths;
  // One inherited and one written are not a contradiction: the list wins, as in wrangler.
  if (route === undefined || list === undefined || route.length !== list.length) return [];
  return [
    at(facts, ['route'], {
      what: 'key',
      severity: 'error',
      code: 'exclusive-fields',
      message: 'The file has both `route` and `routes`.',
      hint: 'Move the one route into `routes`.',
    }),
  ];
}

function patternOf(entry: RouteEntry): string {
  return typeof entry === 'string' ? entry : entry.pattern;
}

function problemsOf(entry: RouteEntry): readonly Problem[] {
  const pattern = patternOf(entry);
  return [
    ...(isCustomDomain(entry) ? domainProblems(pattern) : patternProblems(pattern)),
    ...zoneProblems(entry),
  ];
}

function domainProblems(pattern: string): readonly Problem[] {
  const wrong = (message: string, hint: string): Problem => ({
    below: 'pattern',
    severity: 'error',
    code: 'custom-domain',
    message: `The custom domain "${pattern}" ${message}`,
    hint,
  });
  if (pattern.includes('*')) {
    return [
      wrong('has a wildcard; a custom domain is one exact host.', 'Write the host, or use a route instead.'),
    ];
  }
  if (pattern.includes('/')) {
    return [
      wrong('has a path; a custom domain is a whole host.', 'Write the host alone, or use a route instead.'),
    ];
  }
  return isHost(pattern) ? [] : [wrong('is not a host name.', 'Write a host such as "shop.example.com".')];
}

function patternProblems(pattern: string): readonly Problem[] {
  const wrong = (message: string, hint: string): readonly Problem[] => [
    {
      below: 'pattern',
      severity: 'error',
      code: 'route-pattern',
      message: `The route "${pattern}" ${message}`,
      hint,
    },
  ];
  if (/\s/.test(pattern))
    return wrong('contains a space.', 'Write host and path, such as "example.com/shop/*".');
  const host = hostOf(pattern);
  if (!isHost(host.replace(/^\*\.?/, ''))) {
    return wrong('does not begin with a host name.', 'Write host and path, such as "example.com/shop/*".');
  }
  const path = pattern.replace(/^https?:\/\//, '').slice(host.length);
  if (path.slice(0, -1).includes('*')) {
    return wrong(
      'has a wildcard inside its path; only the end may be one.',
      'Put * at the end of the path only.',
    );
  }
  if (path.includes('?')) {
    return wrong(
      'has a query string, which routes do not look at.',
      'Remove everything from the question mark on.',
    );
  }
  return [];
}

function zoneProblems(entry: RouteEntry): readonly Problem[] {
  if (typeof entry === 'string') return [];
  const { pattern, zone_id: id, zone_name: name, custom_domain: custom } = entry;
  const problems: Problem[] = [];
  if (id === undefined && name === undefined && custom === undefined) {
    problems.push({
      severity: 'error',
      code: 'route-without-zone',
      message: `The route "${pattern}" names no zone.`,
      hint: 'Add "zone_name" with the domain of the zone, or write the pattern alone, as text.',
    });
  }
  if (id !== undefined && name !== undefined) {
    problems.push({
      severity: 'error',
      code: 'exclusive-fields',
      message: `The route "${pattern}" has both \`zone_id\` and \`zone_name\`.`,
      hint: 'Keep one of them.',
    });
  }
  if (custom === undefined && (entry.enabled !== undefined || entry.previews_enabled !== undefined)) {
    problems.push({
      severity: 'error',
      code: 'exclusive-fields',
      message: `The route "${pattern}" has \`enabled\` or \`previews_enabled\`, which only custom domains have.`,
      hint: 'Remove them, or add "custom_domain": true.',
    });
  }
  if (name !== undefined && !inZone(hostOf(pattern), name)) {
    problems.push({
      below: 'zone_name',
      severity: 'error',
      code: 'route-outside-zone',
      message: `The route "${pattern}" is not in the zone ${name}.`,
      hint: 'Name the zone that the host belongs to.',
    });
  }
  return problems;
}

function hostOf(pattern: string): string {
  return pattern.replace(/^https?:\/\//, '').split('/')[0] ?? '';
}

function inZone(host: string, zone: string): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, '');
  const wanted = zone.toLowerCase();
  return name === wanted || name === `*${wanted}` || name.endsWith(`.${wanted}`);
}

function isHost(text: string): boolean {
  return (
    text.length <= 253 &&
    /^(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}_])?\.)+[\p{L}\p{N}-]{2,63}(?::\d+)?$/u.test(text)
  );
}
