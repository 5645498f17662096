/**
 * What a health check came to.
 *
 * - `healthy`: the new version answers as it should
 * - `unhealthy`: the new version (or whatever must be taken for it) answers badly: sick
 * - `old-version`: the version before still answered when the time was up
 * - `spreading`: the host or the version is not there yet
 * - `inconclusive`: something answers, but it does not tell how the Worker is (a login, a challenge, a limit)
 * - `skipped`: nothing was asked
 */
export type HealthVerdict =
  'healthy' | 'unhealthy' | 'old-version' | 'spreading' | 'inconclusive' | 'skipped';

/**
 * Why nothing was asked: no file says how (`undeclared`), the tenant's files switched it off (`switched-off`), or it was
 * not this run's to ask (`not-asked`).
 */
export type SkippedBecause = 'undeclared' | 'switched-off' | 'not-asked';

/** A health check's verdict and what it rests on. Holds no secret: texts of the Worker were scrubbed before they were cut. */
export interface HealthReport {
  readonly verdict: HealthVerdict;
  /** Why nothing was asked; null where something was. */
  readonly skipped: SkippedBecause | null;
  readonly url: string | null;
  readonly attempts: number;
  readonly message: string;
  /** ms of the last attempt. */
  readonly latencyMs: number | null;
  /** Version that the last answer named; null when it named none. */
  readonly versionId: string | null;
  /** Whether the answers were provably the new version's. False says nothing against them. */
  readonly versionProven: boolean;
  /** False when nobody configured a health check, so that the default one was made. */
  readonly configured: boolean;
  /** First bytes of the answer that decided, one line, scrubbed; null for a healthy one and for no answer. */
  readonly excerpt: string | null;
  /** What to set or to do; null when there is nothing to say. */
  readonly hint: string | null;
}

/** What follows from a verdict: the release stands, it stands but is not called a success, or it is taken back. */
export type HealthConsequence = 'accept' | 'keep-and-fail' | 'roll-back';

/**
 * The one place that decides what a verdict leads to. Only a sick Worker is taken back; where nobody configured a
 * check, not knowing is no failure.
 */
export function consequenceOf({
  verdict,
  configured,
}: Pick<HealthReport, 'verdict' | 'configured'>): HealthConsequence {
  if (verdict === 'unhealthy') return 'roll-back';
  if (verdict === 'healthy' || verdict === 'skipped' || !configured) return 'accept';
  return 'keep-and-fail';
}
