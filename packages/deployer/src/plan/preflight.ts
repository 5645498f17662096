import { ConfigError, ConflictError, DeployError } from '../errors.ts';
import type { Problem } from '../sections/problem.ts';
import { SECTION_NAMES, SECTIONS } from '../sections/registry.ts';
import type { SectionStep } from '../sections/step.ts';
import { checkReleaseBundle } from './preflight/bundle.ts';
import { checkCommit } from './preflight/commit.ts';
import { checkHealthSecrets } from './preflight/health.ts';
import { checkOwner } from './preflight/owner.ts';
import { checkSplit } from './preflight/split.ts';
import { checkTraffic } from './traffic.ts';
import type { PreflightInputs } from './preflight/inputs.ts';
import type { Step } from './step.ts';
import { compact } from '../json.ts';

/**
 * Everything that would stop the plan half-way, found out with reads alone: each section asks for its own part; the
 * bundle and the commit are the release's. A plan without steps is not checked.
 */
export async function preflight(inputs: PreflightInputs): Promise<readonly Problem[]> {
  const { plan, force } = inputs;
  if (plan.steps.length === 0) return [];
  const options = {
    ...inputs,
    worker: plan.release.worker,
    live: plan.live,
    steps: plan.steps.filter(isOfSection),
    uploads: plan.upload !== 'none',
  };
  const asked = await Promise.all([
    ...SECTION_NAMES.map((name) => SECTIONS[name].preflight?.(options) ?? []),
    checkOwner(inputs),
    checkHealthSecrets(inputs),
    force ? [] : checkCommit(inputs),
    plan.upload === 'none' ? [] : checkSplit(inputs.split, inputs.takeOverSplit),
    checkTraffic(plan.traffic),
  ]);
  return [...checkReleaseBundle(plan), ...asked.flat()];
}

/** The error that stands for the problems; null when there are none, or only what could not be looked at. */
export function preflightError(tenant: string, all: readonly Problem[]): DeployError | null {
  const problems = all.filter(({ finding }) => finding.severity === 'error');
  const [first] = problems;
  if (first === undefined) return null;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  const findings = problems.map(({ finding }) => finding);
  const message = `${tenant} cannot be deployed: ${first.finding.message}${more} Nothing was changed.`;
  const hint = compact({ hint: first.finding.hint });
  if (CONFLICTS.has(first.code)) {
    return new ConflictError(first.code, message, { ...hint, details: { findings } });
  }
  return first.code === 'RESOURCE_MISSING'
    ? new DeployError(first.code, message, { ...hint, details: { findings } })
    : new ConfigError(first.code, message, { ...hint, findings });
}

/** What others did, or are about to. */
const CONFLICTS: ReadonlySet<Problem['code']> = new Set(['CONFLICT', 'STALE_COMMIT', 'TRAFFIC_SPLIT']);

function isOfSection(step: Step): step is SectionStep {
  return SECTION_NAMES.some((name) => SECTIONS[name].carrier === step.kind);
}
