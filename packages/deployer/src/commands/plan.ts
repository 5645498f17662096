import type { DeployOptions, PlanResult } from '../deployer-api.ts';
import { bundleFindings } from '../plan/preflight/bundle.ts';
import type { CheckedPlan } from '../plan/read-plan.ts';
import { readPlan } from '../plan/read-plan.ts';
import { toPlannedStep } from '../apply/registry.ts';
import { checkAccountChange } from '../session/account-change.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { urlOf } from '../session/url-of.ts';

/** Reads of a deploy beside those of its plan: the look at the active deployment before anything goes live. */
const CONFLICT_CHECK = 1;

/** What a deploy would do. Changes nothing. */
export async function planTenant(context: TenantContext, options: DeployOptions): Promise<PlanResult> {
  await checkAccountChange(context, 'look');
  const commit = await context.run.commit();
  const checked = await readPlan(context, {
    scope: 'all',
    force: options.force ?? false,
    takeOver: options.takeOver ?? false,
    commit: commit?.sha ?? null,
  });
  const url = await urlOf(context);
  return planResult(context, checked, url);
}

function planResult(
  { worker, calls }: TenantContext,
  { plan, problems }: CheckedPlan,
  url: string | null,
): PlanResult {
  const { actual, changes, release } = plan;
  const { bundle } = release;
  const steps = plan.steps.map(toPlannedStep);
  const goesLive = plan.steps.some(({ kind }) => kind === 'promote' || kind === 'upload-script');
  const writes = steps.reduce((sum, step) => sum + step.calls, 0);
  const told = new Set(problems.map(({ finding }) => finding));
  return {
    tenant: worker.tenant,
    environment: worker.environment,
    accountId: worker.accountId,
    scriptName: worker.scriptName,
    url,
    action: steps.length === 0 ? 'none' : actual.state.exists ? 'update' : 'create',
    upload: plan.upload,
    changes,
    steps,
    findings: [
      ...told,
      ...bundleFindings(release).filter(({ severity }) => severity !== 'error'),
      ...plan.findings,
      ...worker.warnings,
    ],
    bundle:
      bundle === null
        ? null
        : {
            digest: bundle.digest,
            rawBytes: bundle.size.raw,
            gzipBytes: bundle.size.gzip,
            modules: bundle.modules.length,
          },
    basedOn: {
      deploymentId: actual.deployment?.id ?? null,
      versionId: actual.version?.id ?? null,
    },
    reversible: plan.reversible,
    calls: { spent: calls(), estimated: writes + (goesLive && actual.state.exists ? CONFLICT_CHECK : 0) },
  };
}
