import type { AccountReads } from '../cloudflare/account-reads.ts';
import type { ReadClient } from '../cloudflare/calls.ts';
import type { Finding } from '../config/finding.ts';
import type { ErrorCode } from '../error-codes.ts';
import { ConfigError, ConflictError, DeployError } from '../errors.ts';
import type { Git } from './git.ts';
import type { Plan } from './plan.ts';
import { checkCommit } from './preflight/commit.ts';
import { checkReleaseBundle } from './preflight/bundle.ts';
import { checkReplacedSecrets } from './preflight/replaced-secrets.ts';
import { checkSecrets } from './preflight/secrets.ts';
import { checkTargets } from './preflight/targets.ts';
import { checkTriggers } from './preflight/triggers.ts';

/** Something that makes a deploy fail, found before the first write. */
export interface Problem {
  /** Of the error when it is the first problem. */
  readonly code: ErrorCode;
  readonly finding: Finding;
}

/** What the checks may look at. */
export interface PreflightOptions {
  readonly plan: Plan;
  readonly reader: ReadClient;
  readonly account: AccountReads;
  readonly git: Git;
  /** Commit the deploy is made from; null outside git. */
  readonly commit: string | null;
  /** Whether a secret has a value here. */
  readonly hasSecret: (name: string) => boolean;
  readonly takeOver: boolean;
  readonly force: boolean;
}

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
