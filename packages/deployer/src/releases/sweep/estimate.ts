/** Calls of a target that is read, as most are: its reads, an upload, a deployment, and looks before and after. */
const CALLS_PER_TARGET = 8;
/** Of one that is compared with what is remembered: an upload, a deployment, a look after it. */
const CALLS_PER_KNOWN = 3;
/** Calls that a token may send for long: 1,200 in five minutes. */
const CALLS_PER_SECOND = 4;

/** What a release is expected to cost at most, when every target that has to be looked at has changed. */
export interface Estimate {
  readonly estimatedCalls: number;
  /** At the pace that the limit of one token allows for long. */
  readonly estimatedSeconds: number;
}

/**
 * The estimate for the targets that are not known to need nothing.
 * @param known those among them that the lists show untouched
 */
export function estimateOf(targets: number, known: number): Estimate {
  const estimatedCalls = (targets - known) * CALLS_PER_TARGET + known * CALLS_PER_KNOWN;
  return { estimatedCalls, estimatedSeconds: Math.ceil(estimatedCalls / CALLS_PER_SECOND) };
}

/** The estimate for people. */
export function estimateLine({ estimatedCalls, estimatedSeconds }: Estimate, skipped: number): string {
  const unchanged = skipped === 0 ? '' : `${skipped} unchanged by the lists of the account; `;
  return `${unchanged}at most about ${estimatedCalls} API calls, ${estimatedSeconds} s at the pace one token may keep`;
}
