import type { BeforeTraffic } from './before-traffic.ts';
import type { Finding } from '../findings/finding.ts';
import { namesOf } from '../resolve/worker-names.ts';
import type { ReportedChange } from '../sections/meaning.ts';
import { partPath } from '../sections/diff.ts';
import { wholeVersionOf } from '../sections/live.ts';
import { notLookedAt } from '../sections/live-memory.ts';
import type { Problem } from '../sections/problem.ts';
import { SECTIONS } from '../sections/registry.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import type { Plan } from './plan.ts';
import { bundleFindings } from './preflight/bundle.ts';
import type { Step } from './step.ts';
import type { PlannedTraffic } from './traffic.ts';

/** A step of a plan, as data. */
export interface PlannedStep {
  readonly kind: string;
  /** One line for people. */
  readonly description: string;
  readonly destructive: boolean;
  /** API calls it needs. */
  readonly calls: number;
}

/** What a deploy would do, and what it was made against. */
export interface PlanResult {
  readonly tenant: string;
  /** Name of the shared Worker that the tenant takes; null for one of its own. */
  readonly worker: string | null;
  readonly environment: string | null;
  readonly accountId: string;
  readonly scriptName: string;
  readonly url: string | null;
  readonly action: 'create' | 'update' | 'none';
  readonly upload: 'version' | 'script' | 'none';
  /** Whether the new version is asked before it has traffic, and if not, why. */
  readonly beforeTraffic: BeforeTraffic;
  /** How the new version gets its traffic, and why not gradually, where that was asked for. */
  readonly traffic: PlannedTraffic;
  /** Differences that the steps bring about. */
  readonly changes: readonly ReportedChange[];
  /** Differences that a deploy leaves as they are: the files do not declare them. */
  readonly left: readonly ReportedChange[];
  /** Differences that `drift.ignore` leaves to others. */
  readonly ignored: readonly { readonly path: string; readonly rule: string }[];
  /** What was taken as it was remembered, because no list of the account shows whether it changed since. */
  readonly notLookedAt: readonly string[];
  /** Parts that could not be compared, and why. */
  readonly unknown: readonly { readonly section: string; readonly why: string }[];
  readonly steps: readonly PlannedStep[];
  readonly findings: readonly Finding[];
  readonly bundle: {
    readonly digest: string;
    readonly rawBytes: number;
    readonly gzipBytes: number;
    readonly modules: number;
  } | null;
  /** What was live when the plan was made; `upload` in a dispatch namespace, which has no versions. */
  readonly basedOn: {
    readonly deploymentId: string | null;
    readonly versionId: string | null;
    readonly upload: string | null;
    /** The version to go back to after a deploy; null also where the live one is a first upload that lacks bindings. */
    readonly previousVersionId: string | null;
  };
  /** Whether one can go back after this, and if not, why. */
  readonly reversible: { readonly possible: boolean; readonly why: string | null };
  /** Calls spent making the plan, and the estimate for running it. */
  readonly calls: { readonly spent: number; readonly estimated: number };
}

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
    ...namesOf(worker),
    url,
    action: steps.length === 0 ? 'none' : live.exists ? 'update' : 'create',
    upload: plan.upload,
    beforeTraffic: plan.beforeTraffic,
    traffic: plan.traffic,
    changes: plan.changes,
    left: plan.left,
    ignored: plan.ignored,
    notLookedAt: notLookedAt(live),
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
    basedOn: {
      deploymentId: live.deployment?.id ?? null,
      versionId: live.version?.id ?? null,
      upload: live.upload,
      previousVersionId: wholeVersionOf(live),
    },
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
