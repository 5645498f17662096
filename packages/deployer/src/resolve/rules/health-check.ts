import { plainHostname } from '../../security/public-address.ts';
import { healthTargetProblem } from '../health-target.ts';
import { resolveTriggers } from '../resolve-triggers.ts';
import type { Rule } from './rule.ts';

/** A tenant's health check asks the Worker's own hosts, or one the project allows. */
export const healthCheck: Rule = {
  name: 'health-check',
  check: (facts) => {
    const given = facts.tenant?.healthCheck;
    if (given === undefined || given === false || given.url === undefined) return [];
    const url = new URL(given.url);
    const subdomain = facts.tenant?.accountSubdomain ?? null;
    const problem = healthTargetProblem(url, {
      scriptName: facts.scriptName,
      subdomain: subdomain ?? subdomainIn(url),
      triggers: resolveTriggers(facts.config, facts.scriptName ?? ''),
      allowedHosts: facts.project.healthHosts ?? [],
    });
    if (problem === null) return [];
    return [
      {
        severity: 'error',
        code: 'health-host',
        path: 'healthCheck.url',
        place: facts.tenantFile.place(['healthCheck', 'url']),
        message: `\`healthCheck.url\` must not be asked: ${problem}.`,
        hint: 'Use `healthCheck.path`, or allow the host in cf-deploy.config.ts: healthHosts: ["…"].',
      },
    ];
  },
};

/** Where the file does not name the account's subdomain, the check itself compares it with the account's. */
function subdomainIn(url: URL): string | null {
  return /\.([a-z0-9-]+)\.workers\.dev$/.exec(plainHostname(url))?.[1] ?? null;
}
