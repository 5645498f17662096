import { readManyInvocations, type SeenCounts } from '../cloudflare/metrics/invocations.ts';
import type { ReadClient } from '../cloudflare/client/calls.ts';
import { DeployError } from '../errors.ts';
import { DEFAULT_METRICS_TEST, usualRatio, type MetricsTest, type MetricWindow } from '../health/metrics.ts';
import type { ReadMetrics } from '../health/shift.ts';
import type { Release, ReleaseTarget } from '../store/release.ts';

/** A target whose requests can be counted. */
export interface CountedTarget {
  readonly accountId: string;
  readonly scriptName: string;
  /** The version that is counted; null: whatever it ran. */
  readonly versionId: string | null;
}

/** The targets of a wave that got a new version, and those that still run what they ran. */
export interface Compared {
  readonly candidates: readonly CountedTarget[];
  readonly others: readonly CountedTarget[];
}

/** So many targets that still wait are counted, at most: they are there to compare with. */
const MOST_OTHERS = 200;
/** What was before the release tells what is usual, ms. */
const BEFORE_MS = 60 * 60_000;

/**
 * The two groups of a wave.
 * @param scriptOf account and script of a target by its name in the release; null when it is not known
 */
export function comparedOf(
  targets: readonly ReleaseTarget[],
  wave: number,
  scriptOf: (target: string) => Pick<CountedTarget, 'accountId' | 'scriptName'> | null,
): Compared {
  const counted = (target: ReleaseTarget, versionId: string | null): readonly CountedTarget[] => {
    const script = scriptOf(target.target);
    return script === null ? [] : [{ ...script, versionId }];
  };
  const changed = targets.filter(
    ({ wave: own, state, versionId, previousVersionId }) =>
      own === wave && state === 'done' && versionId !== null && versionId !== previousVersionId,
  );
  const waiting = targets.filter(({ state }) => state === 'waiting').slice(0, MOST_OTHERS);
  return {
    candidates: changed.flatMap((target) => counted(target, target.versionId)),
    others: waiting.flatMap((target) => counted(target, null)),
  };
}

/** Reads the errors of both groups in the same minutes, from the analytics of their accounts. */
export function waveMetrics(
  { candidates, others }: Compared,
  readerOf: (accountId: string) => Promise<ReadClient>,
): ReadMetrics {
  const accounts = [...new Set([...candidates, ...others].map(({ accountId }) => accountId))];
  return async (from, to) => {
    try {
      let window = NOTHING;
      for (const accountId of accounts) {
        const own = (group: readonly CountedTarget[]): readonly CountedTarget[] =>
          group.filter((target) => target.accountId === accountId);
        const scriptNames = [...own(candidates), ...own(others)].map(({ scriptName }) => scriptName);
        const seen = await readManyInvocations(await readerOf(accountId), { scriptNames, from, to });
        window = {
          candidate: sum(window.candidate, countsOf(own(candidates), seen)),
          current: sum(window.current, countsOf(own(others), seen)),
        };
      }
      return { known: true, window };
    } catch (error) {
      if (!(error instanceof DeployError) || error.code === 'ABORTED') throw error;
      const { message, hint } = error;
      return { known: false, why: hint === undefined ? message : `${message} ${hint}` };
    }
  };
}

/** The test of a wave: what differed between the groups before the release is no evidence against it. */
export async function waveTest(
  { createdAt }: Release,
  { candidates, others }: Compared,
  readerOf: (accountId: string) => Promise<ReadClient>,
): Promise<MetricsTest> {
  const whole = candidates.map((target) => ({ ...target, versionId: null }));
  const read = waveMetrics({ candidates: whole, others }, readerOf);
  const before = await read(createdAt - BEFORE_MS, createdAt);
  return {
    ...DEFAULT_METRICS_TEST,
    usual: before.known ? usualRatio(before.window) : Number.POSITIVE_INFINITY,
  };
}

const NONE: SeenCounts = { requests: 0, errors: 0 };
const NOTHING: MetricWindow = { current: NONE, candidate: NONE };

function countsOf(
  targets: readonly CountedTarget[],
  seen: ReadonlyMap<string, ReadonlyMap<string, SeenCounts>>,
): SeenCounts {
  let counts = NONE;
  for (const { scriptName, versionId } of targets) {
    for (const [version, found] of seen.get(scriptName) ?? []) {
      if (versionId === null || versionId === version) counts = sum(counts, found);
    }
  }
  return counts;
}

function sum(a: SeenCounts, b: SeenCounts): SeenCounts {
  return { requests: a.requests + b.requests, errors: a.errors + b.errors };
}
