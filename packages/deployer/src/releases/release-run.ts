import { environmentNamed } from '../session/target.ts';
import type { FleetResult } from './for-many.ts';
import type { DeployResult } from '../apply/result.ts';
import type { World } from '../session/world.ts';
import type { Release, ReleaseTarget } from '../store/release.ts';
import { type ReleaseSummary, releaseSummary } from './release-summary.ts';
import type { Estimate } from './sweep/estimate.ts';
import { summarise } from './summary.ts';
import { NOT_IN_LISTS } from '../sections/live-memory.ts';
import { failureOfAll, type Judged } from '../commands/command.ts';
import { deployCommand, endedAs } from '../commands/deploy.ts';

/** What a release came to in this run. */
export interface ReleaseRun extends FleetResult<DeployResult> {
  /** Null when the selection left nothing to do. */
  readonly release: ReleaseSummary | null;
  readonly releaseId: string | null;
  /** API calls of all tokens, those before the first target too. */
  readonly budget: BudgetReport;
}

/** What the calls of a release were expected to cost and did. */
export interface BudgetReport {
  /** Targets that the account's lists could tell are unchanged, so that nobody asked them. */
  readonly skippedBySweep: number;
  /** What those lists cannot show, by name. */
  readonly notLookedAt: readonly string[];
  readonly estimatedCalls: number;
  /** Seconds those calls take at the pace that the limit allows for long. */
  readonly estimatedSeconds: number;
  readonly calls: number;
}

const NO_BUDGET = {
  skippedBySweep: 0,
  notLookedAt: [],
  estimatedCalls: 0,
  estimatedSeconds: 0,
  calls: 0,
} as const;

/** What a selection of nothing comes to. */
export function nothingToRelease(world: World, env: string | undefined, startedAt: number): ReleaseRun {
  return {
    environment: environmentNamed(env),
    results: [],
    summary: {},
    calls: 0,
    durationMs: world.now() - startedAt,
    record: null,
    release: null,
    releaseId: null,
    budget: NO_BUDGET,
  };
}

/** What a release came to in this run, with its record on disk. */
export async function releaseRun(
  world: World,
  {
    release,
    targets,
    results,
    startedAt,
    calls,
    budget = NO_BUDGET,
  }: {
    readonly release: Release;
    readonly targets: readonly ReleaseTarget[];
    readonly results: readonly DeployResult[];
    readonly startedAt: number;
    /** All of the run. */
    readonly calls: number;
    readonly budget?: Estimate & Pick<BudgetReport, 'skippedBySweep'>;
  },
): Promise<ReleaseRun> {
  // One of a circle may be begun, and not come to.
  const isTold = ({ tenant, worker }: ReleaseTarget): boolean =>
    results.some((each) => each.tenant === tenant && (worker === null || worker === each.worker));
  const untouched = targets.filter(({ state }) => state === 'waiting' || state === 'skipped');
  const waiting = untouched.filter((target) => !isTold(target)).length;
  const words: readonly string[] = results.map(endedAs);
  const done = {
    environment: release.environment,
    results,
    summary: summarise([...words, ...Array.from({ length: waiting }, () => 'skipped')]),
    calls,
    durationMs: world.now() - startedAt,
    release: releaseSummary(release, targets, world.runner.isAlive),
    releaseId: release.id,
    budget: {
      ...budget,
      notLookedAt: results.some((result) => result.notLookedAt.length > 0) ? NOT_IN_LISTS : [],
      calls,
    },
  };
  return { ...done, ...(await writeRecord(world, done, startedAt)) };
}

/** The record on disk. The deploys happened; a full disk must not lose their results. */
function writeRecord(
  world: World,
  run: Omit<ReleaseRun, 'record'>,
  startedAt: number,
): Promise<Pick<ReleaseRun, 'record' | 'recordError'>> {
  const { environment, releaseId, summary, calls, durationMs, results } = run;
  const written = world.records.createFleet(environment, {
    schema: 1,
    kind: 'deploy-all',
    environment,
    releaseId,
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: new Date(world.now()).toISOString(),
    summary,
    calls,
    durationMs,
    tenants: results.map((tenant) => ({
      tenant: tenant.tenant,
      status: tenant.status,
      endState: tenant.endState,
      previousVersionId: tenant.previousVersionId,
      versionId: tenant.versionId,
      record: tenant.record,
      error: tenant.error,
    })),
  });
  return written.then(
    (record) => ({ record }),
    (error: Error) => ({
      record: null,
      recordError: `the record of the run could not be written: ${error.message}`,
    }),
  );
}

/** The failure of a release is that of its targets; one that stopped short of its end, other than at a gate, failed too. */
export const releaseCommand: Judged<ReleaseRun> = {
  failure: ({ results, recordError, release }) => {
    if (recordError !== undefined) return 1;
    const hasEnded = release === null || release.status === 'done' || release.atGate;
    return failureOfAll(deployCommand, results) ?? (hasEnded ? null : 1);
  },
};
