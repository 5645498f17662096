import { ConfigError, ConflictError, DeployError } from '../errors.ts';
import { checkCommit } from './preflight/commit.ts';
import type { PreflightOptions, Problem } from './preflight/problem.ts';
import { checkReleaseBundle } from './preflight/bundle.ts';
import { checkReplacedSecrets } from './preflight/replaced-secrets.ts';
import { checkSecrets } from './preflight/secrets.ts';
import { checkTargets } from './preflight/targets.ts';
import { checkTriggers } from './preflight/triggers.ts';

/**
 * Everything that would stop the plan half-way, found out with reads alone: bindings that point at nothing, routes and
 * domains of others, secrets without a value, an older commit. A plan without steps is not checked.
 */
export async function preflight(options: PreflightOptions): Promise<readonly Problem[]> {
  if (options.plan.steps.length === 0) return [];
  const local = [
    ...checkReleaseBundle(options.plan),
    ...checkSecrets(options.plan, options.hasSecret),
    ...checkReplacedSecrets(options.plan),
  ];
  const remote = await Promise.all([
    checkTargets(options),
    checkTriggers(options),
    options.force ? [] : checkCommit(options),
  ]);
  return [...local, ...remote.flat()];
}

/** The error that stands for the problems; null when there are none. */
export function preflightError(tenant: string, problems: readonly Problem[]): DeployError | null {
  const [first] = problems;
  if (first === undefined) return null;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  const findings = problems.map(({ finding }) => finding);
  const message = `${tenant} cannot be deployed: ${first.finding.message}${more} Nothing was changed.`;
  const hint = first.finding.hint === undefined ? {} : { hint: first.finding.hint };
  if (first.code === 'CONFLICT' || first.code === 'STALE_COMMIT') {
    return new ConflictError(first.code, message, { ...hint, details: { findings } });
  }
  return first.code === 'RESOURCE_MISSING'
    ? new DeployError(first.code, message, { ...hint, details: { findings } })
    : new ConfigError(first.code, message, { ...hint, findings });
}
