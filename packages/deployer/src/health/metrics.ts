/** What one version answered in one window. */
export interface VersionCounts {
  readonly requests: number;
  /** Of those, the ones that failed: exceptions, and 5xx where they are known. */
  readonly errors: number;
}

/** Both versions in the same window of time: whatever else went wrong then went wrong for both. */
export interface MetricWindow {
  /** The version before. */
  readonly current: VersionCounts;
  /** The new one. */
  readonly candidate: VersionCounts;
}

/** What is asked of the test. */
export interface MetricsTest {
  /** Most false aborts: share of releases as good as the version before that are taken back, over all looks together. */
  readonly falseAbort: number;
  /** Most false promotions: share of releases `tolerated` times as bad that are let through. */
  readonly falsePromote: number;
  /** Times the errors of the version before at which a release is bad. */
  readonly tolerated: number;
  /** Share of failed requests below which a release is good, whatever the version before does. */
  readonly acceptable: number;
  /**
   * Times the errors of the others that are usual for the candidate: 1 for two versions of one Worker, which differ in nothing
   * else.
   */
  readonly usual: number;
  /** Requests of each version before there is a verdict. */
  readonly minimumRequests: number;
}

/** What the counts say so far. `inconclusive`: wait, and pause the rollout when the time is up. */
export interface MetricsVerdict {
  readonly verdict: 'promote' | 'abort' | 'inconclusive';
  /** One line for people. */
  readonly message: string;
  /** Windows that were needed, all of them without a verdict. */
  readonly windows: number;
  readonly current: VersionCounts;
  readonly candidate: VersionCounts;
  /** How many times likelier the counts are when the candidate is worse; abort from `1 / falseAbort`. */
  readonly evidence: number;
}

/** Defaults of {@link judgeMetrics}. */
export const DEFAULT_METRICS_TEST: MetricsTest = {
  falseAbort: 0.01,
  falsePromote: 0.05,
  tolerated: 3,
  usual: 1,
  acceptable: 0.01,
  minimumRequests: 50,
};

/**
 * The test of one step of a gradual deploy: the steps divide the false aborts of the release among them. The first one, which
 * has the fewest requests to tell from, gets three quarters.
 * @param number of the step, from 0
 */
export function testOfStep(
  number: number,
  steps: number,
  test: MetricsTest = DEFAULT_METRICS_TEST,
): MetricsTest {
  if (steps < 2) return test;
  const share = number === 0 ? FIRST_STEP : (1 - FIRST_STEP) / (steps - 1);
  return { ...test, falseAbort: test.falseAbort * share };
}

const FIRST_STEP = 0.75;

/** What is known so far. */
interface Evidence {
  /** Log likelihood ratio of "`tolerated` times as bad as the version before" against "as bad". */
  readonly worse: number;
  /** Log likelihood ratio of "the share of failed requests is a third of the acceptable one" against "it is the acceptable one". */
  readonly rare: number;
  readonly current: VersionCounts;
  readonly candidate: VersionCounts;
}

/**
 * Decides from the errors of two versions in the same windows whether the new one may have all traffic. Sequential: it may be
 * asked after every window, and a verdict once reached stays.
 *
 * If the candidate is no worse, each error of a window belongs to it with the probability of its share of the requests; if it
 * is `tolerated` times as bad, with a larger one. The ratio of the two likelihoods is a supermartingale as long as the candidate
 * is no worse, so the chance that it ever reaches `1 / falseAbort` is at most `falseAbort`, however often one looks and however
 * bad the windows are for both (Ville's inequality; that the errors are drawn without replacement only makes it smaller:
 * Hoeffding 1963, theorem 4). Turned round, the same ratio bounds false promotions; and where there are hardly any errors, the
 * candidate's own share against `acceptable` does. This is Wald's sequential probability ratio test without a guess at how bad
 * things usually are.
 *
 * @param windows oldest first, and none is taken after the verdict; counts of sampled data must be those that were really
 *   seen, not the ones they stand for
 * @throws RangeError for counts that are no counts
 */
export function judgeMetrics(
  windows: Iterable<MetricWindow>,
  test: MetricsTest = DEFAULT_METRICS_TEST,
): MetricsVerdict {
  let evidence: Evidence = {
    worse: 0,
    rare: 0,
    current: { requests: 0, errors: 0 },
    candidate: { requests: 0, errors: 0 },
  };
  let needed = 0;
  for (const window of windows) {
    needed += 1;
    evidence = add(evidence, window, test);
    const verdict = verdictOf(evidence, test);
    if (verdict !== null) return told(verdict, evidence, needed);
  }
  return told('inconclusive', evidence, needed);
}

function add(evidence: Evidence, window: MetricWindow, test: MetricsTest): Evidence {
  checkCounts(window.current);
  checkCounts(window.candidate);
  const { requests, errors } = window.candidate;
  const good = requests - errors;
  return {
    worse: evidence.worse + logRatio(window, test.tolerated * test.usual) - logRatio(window, test.usual),
    rare: evidence.rare + errors * Math.log(1 / 3) + good * logOfGood(test.acceptable),
    current: sum(evidence.current, window.current),
    candidate: sum(evidence.candidate, window.candidate),
  };
}

/**
 * How many times the errors of the others are usual for a group of Workers, at most: from what both did before, with what
 * chance may add to it (one-sided, 95 %). At least 1.
 */
export function usualRatio({ current, candidate }: MetricWindow): number {
  const [own, others] = [candidate.errors + 1, current.errors + 1];
  if (candidate.requests === 0 || current.requests === 0) return Number.POSITIVE_INFINITY;
  const ratio = own / candidate.requests / (others / current.requests);
  return Math.max(1, ratio * Math.exp(1.645 * Math.sqrt(1 / own + 1 / others)));
}

/** Log likelihood ratio of a window's errors: candidate `ratio` times as bad, against equally bad. */
function logRatio({ current, candidate }: MetricWindow, ratio: number): number {
  const all = current.requests + candidate.requests;
  // Only one version was asked, so whose the errors are says nothing.
  if (current.requests === 0 || candidate.requests === 0 || !Number.isFinite(ratio)) return 0;
  const share = candidate.requests / all;
  const weight = ratio * share + (1 - share);
  return candidate.errors * Math.log(ratio / weight) + current.errors * Math.log(1 / weight);
}

function logOfGood(acceptable: number): number {
  return Math.log((1 - acceptable / 3) / (1 - acceptable));
}

function verdictOf(evidence: Evidence, test: MetricsTest): 'promote' | 'abort' | null {
  const { current, candidate } = evidence;
  if (candidate.requests < test.minimumRequests || current.requests < test.minimumRequests) return null;
  if (evidence.worse >= Math.log(1 / test.falseAbort)) return 'abort';
  const bound = Math.log(1 / test.falsePromote);
  return -evidence.worse >= bound || evidence.rare >= bound ? 'promote' : null;
}

function told(verdict: MetricsVerdict['verdict'], evidence: Evidence, windows: number): MetricsVerdict {
  const { current, candidate } = evidence;
  const counts = `${shareOf(candidate)} of the new version's requests failed, ${shareOf(current)} of the old one's`;
  return { verdict, message: counts, windows, current, candidate, evidence: Math.exp(evidence.worse) };
}

function shareOf({ requests, errors }: VersionCounts): string {
  const percent = requests === 0 ? 0 : (100 * errors) / requests;
  return `${errors} of ${requests} (${percent.toFixed(2)} %)`;
}

function sum(a: VersionCounts, b: VersionCounts): VersionCounts {
  return { requests: a.requests + b.requests, errors: a.errors + b.errors };
}

function checkCounts({ requests, errors }: VersionCounts): void {
  if (!Number.isInteger(requests) || !Number.isInteger(errors) || errors < 0 || errors > requests) {
    throw new RangeError(`${errors} errors of ${requests} requests are no counts.`);
  }
}
