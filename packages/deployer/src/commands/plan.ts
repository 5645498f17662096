import { isLeftToOthers } from '../apply/evidence.ts';
import { describeStep } from '../apply/registry.ts';
import type { DeployOptions } from './deploy.ts';
import { checkSplit } from '../plan/preflight/split.ts';
import { readPlan, type CheckedPlan } from '../plan/read-plan.ts';
import { type PlanResult, planResult } from '../plan/result.ts';
import { type LiveMemory, NO_MEMORY } from '../sections/live-memory.ts';
import { checkAccountChange } from '../session/account/account-change.ts';
import type { Problem } from '../sections/problem.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { urlOf } from '../session/public-url.ts';
import { failureOfError, type FailedTenant, type TargetCommand } from './command.ts';

/** A plan with error findings cannot be carried out, whatever it would do. */
export const planCommand: TargetCommand<PlanResult | FailedTenant> = {
  word: (result) => {
    if ('error' in result) return 'failed';
    return hasErrors(result) ? 'undeployable' : result.action;
  },
  failure: (result) => {
    if ('error' in result) return failureOfError(result);
    return hasErrors(result) ? 3 : null;
  },
  differs: (result) => !('error' in result) && result.action !== 'none',
  isIncomplete: (result) => !('error' in result) && result.unknown.length > 0,
  calls: (result) => ('error' in result ? 0 : result.calls.spent),
  failed: (target) => target,
};

function hasErrors({ findings }: PlanResult): boolean {
  return findings.some(({ severity }) => severity === 'error');
}

/** What a deploy would do. Changes nothing. A part that cannot be read is unknown in it, not an error. */
export async function planTenant(
  context: TenantContext,
  options: DeployOptions,
  memory: LiveMemory = NO_MEMORY,
): Promise<PlanResult> {
  await checkAccountChange(context, 'look');
  const commit = await context.scope.commit();
  const checked = await readPlan(context, {
    scope: 'all',
    force: options.force ?? false,
    takeOver: options.takeOver ?? false,
    takeOverSplit: options.takeOverSplit,
    strategy: options.strategy,
    verifyBefore: options.verify === false ? 'never' : options.verifyBefore,
    commit: commit === null || commit.dirty ? null : commit.sha,
    memory,
  });
  await memory.keep(checked.plan.live, checked.plan.steps.length === 0);
  const url = await urlOf(context);
  const problems = [...checked.problems, ...idleSplit(checked)];
  return planResult(context, { ...checked, problems, url }, describeStep);
}

/** Without a step nothing is checked; a split is no success of the deploy all the same. */
function idleSplit({ plan, split }: CheckedPlan): readonly Problem[] {
  return plan.steps.length > 0 || isLeftToOthers(plan) ? [] : checkSplit(split, false);
}
