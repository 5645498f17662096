import type { PlannedStep, PlanResult } from '../deployer-api.ts';
import { partPath } from '../sections/diff.ts';
import type { Problem } from '../sections/problem.ts';
import { SECTIONS } from '../sections/registry.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import type { Plan } from './plan.ts';
import { bundleFindings } from './preflight/bundle.ts';
import type { Step } from './step.ts';

/** Reads of a deploy beside those of its plan: before anything goes live, and when all is done. */
const LOOKS = 1;

/** How a step is told and how many calls it takes. */
export type DescribeStep = (step: Step) => { readonly description: string; readonly calls: number };

/** The plan as data: what is shown, asked about, recorded, and then done. */
export function planResult(
  { worker, calls }: TenantContext,
  {
    plan,
    problems,
    url,
  }: { readonly plan: Plan; readonly problems: readonly Problem[]; readonly url: string | null },
  describe: DescribeStep,
): PlanResult {
  const { live, release, findings } = plan;
  const { bundle } = release;
  const steps = plannedSteps(plan, describe);
  const goesLive = plan.steps.some(({ kind }) => kind === 'promote' || kind === 'upload-script');
  const writes = steps.reduce((sum, step) => sum + step.calls, 0);
  const looks = steps.length === 0 ? 0 : LOOKS + (goesLive && live.exists ? 1 : 0);
  return {
    tenant: worker.tenant,
    environment: worker.environment,
    accountId: worker.accountId,
    scriptName: worker.scriptName,
    url,
    action: steps.length === 0 ? 'none' : live.exists ? 'update' : 'create',
    upload: plan.upload,
    beforeTraffic: plan.beforeTraffic,
    traffic: plan.traffic,
    changes: plan.changes,
    left: plan.left,
    ignored: plan.ignored,
    unknown: plan.unknown.map((part) => ({ section: partPath(part), why: part.why })),
    steps,
    findings: [
      ...problems.map(({ finding }) => finding),
      ...bundleFindings(release).filter(({ severity }) => severity !== 'error'),
      ...findings,
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
    basedOn: { deploymentId: live.deployment?.id ?? null, versionId: live.version?.id ?? null },
    reversible: plan.reversible,
    calls: { spent: calls(), estimated: writes + looks },
  };
}

/** The steps as data. A step is destructive when a difference it carries is. */
export function plannedSteps({ steps, changes }: Plan, describe: DescribeStep): readonly PlannedStep[] {
  const destroying = changes
    .filter(({ destructive }) => destructive)
    .map(({ section }) => SECTIONS[section].carrier);
  return steps.map((step) => {
    const uploads = step.kind === 'upload-version' || step.kind === 'upload-script';
    const destructive = destroying.some((carrier) => carrier === (uploads ? 'upload' : step.kind));
    return { kind: step.kind, ...describe(step), destructive };
  });
}
