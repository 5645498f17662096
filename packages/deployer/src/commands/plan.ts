import { describeStep } from '../apply/registry.ts';
import type { DeployOptions, PlanResult } from '../deployer-api.ts';
import { readPlan } from '../plan/read-plan.ts';
import { planResult } from '../plan/result.ts';
import { checkAccountChange } from '../session/account-change.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { urlOf } from '../session/url-of.ts';

/** What a deploy would do. Changes nothing. A part that cannot be read is unknown in it, not an error. */
export async function planTenant(context: TenantContext, options: DeployOptions): Promise<PlanResult> {
  await checkAccountChange(context, 'look');
  const commit = await context.run.commit();
  const checked = await readPlan(context, {
    scope: 'all',
    force: options.force ?? false,
    takeOver: options.takeOver ?? false,
    takeOverSplit: options.takeOverSplit,
    strategy: options.strategy,
    verifyBefore: options.verify === false ? 'never' : options.verifyBefore,
    commit: commit === null || commit.dirty ? null : commit.sha,
  });
  const url = await urlOf(context);
  return planResult(context, { ...checked, url }, describeStep);
}
