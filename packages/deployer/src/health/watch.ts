import type { HealthCheck } from '../resolve/resolved-worker.ts';
import { assess, type Assessment, type Expected } from './assess.ts';
import { excerpt } from './excerpt.ts';
import { probe, type Measurement, type ProbeOptions } from './probe.ts';
import type { HealthReport, SkippedBecause } from './report.ts';
import { hideHeaders } from './hide-headers.ts';

/** What watching needs. */
export interface WatchOptions extends Omit<ProbeOptions, 'url' | 'check'> {
  readonly check: HealthCheck;
  /** Worker's URL without a path; null when nothing makes it reachable. */
  readonly baseUrl: string | null;
  readonly expected: Expected;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly onAttempt: (attempt: number, message: string) => void;
  /** Hides every secret in a text. */
  readonly redact: (text: string) => string;
  /** Why a URL must not be asked; null when it may. */
  readonly refuse: (url: URL) => string | null;
  /** Overrides the check's own number; where it is given nothing has to spread, so one good answer is enough. */
  readonly attempts?: number;
}

/** Between two answers that are the same and will hardly change, ms. */
const SETTLING_MS = 250;

/** While a version spreads, the pauses grow to this many intervals. */
const LONGEST_PAUSE = 8;

/**
 * Asks until enough good answers of the new version came in a row, an answer has settled, or attempts or time are used up;
 * the last answer decides then. A new version takes seconds to spread, and answers of the old and the new one alternate
 * meanwhile, so neither a bad answer nor a good one alone ends it.
 */
export async function watchHealth(options: WatchOptions): Promise<HealthReport> {
  const { check } = options;
  const url = healthUrl(check, options.baseUrl);
  if (url === null) {
    return cannotAsk(
      check,
      null,
      'the Worker has no URL to ask',
      'Set healthCheck.url or "healthCheck": false.',
    );
  }
  const refused = options.refuse(url);
  if (refused !== null) {
    const hint = 'Use healthCheck.path, or allow the host in cf-deploy.config.ts: healthHosts: ["…"].';
    return cannotAsk(check, url.href, `its URL must not be asked: ${refused}`, hint);
  }
  return ask(options, url.href);
}

/** A check that was not made. */
export function skippedHealth(why: string, skipped: SkippedBecause = 'not-asked'): HealthReport {
  return { ...EMPTY, configured: true, verdict: 'skipped', skipped, message: why };
}

const EMPTY = {
  skipped: null,
  url: null,
  attempts: 0,
  latencyMs: null,
  versionId: null,
  versionProven: false,
  excerpt: null,
  hint: null,
} as const;

/** What was seen so far. */
interface Seen {
  readonly asked: number;
  /** Good answers in a row. */
  readonly good: number;
  /** Answers in a row that will hardly change. */
  readonly settled: number;
  readonly bad: number;
  /** Of the new version, provably, in all. */
  readonly proven: number;
  /** Pauses while spreading, in a row. */
  readonly pauses: number;
  /** The last one that was an answer at all. */
  readonly answered: Answer | null;
}

interface Answer {
  readonly assessment: Assessment;
  readonly measurement: Measurement;
}

async function ask(options: WatchOptions, url: string): Promise<HealthReport> {
  const { check, expected, now } = options;
  const redact = hideHeaders(check.headers, options.redact);
  const show = (text: string): string => excerpt(text, redact, 100);
  const needed = expected.pinned || options.attempts !== undefined ? 1 : check.successes;
  const attempts = Math.max(1, options.attempts ?? check.attempts);
  const end = now() + check.deadlineMs;
  let seen: Seen = {
    asked: 0,
    good: 0,
    settled: 0,
    bad: 0,
    proven: 0,
    pauses: 0,
    answered: null,
  };
  for (;;) {
    const timeoutMs = Math.max(1, Math.min(check.timeoutMs, end - now()));
    const measurement = await probe({ ...options, url, check: { headers: check.headers, timeoutMs } });
    const judged = assess({ check, expected, url, show }, measurement);
    // Texts of errors come from outside too.
    const assessment = { ...judged, message: excerpt(judged.message, redact, 300) };
    const answer = { assessment, measurement };
    seen = after(seen, answer);
    options.onAttempt(seen.asked, assessment.message);
    const decided = seen.good >= needed || seen.settled >= needed || seen.bad >= attempts;
    if (decided || now() >= end || options.signal?.aborted === true) {
      return report(answer, seen, { check, url, needed, redact });
    }
    const pause = Math.min(pauseAfter(seen, check.intervalMs), end - now());
    if (pause > 0) await options.sleep(pause, options.signal);
  }
}

function after(seen: Seen, answer: Answer): Seen {
  const { verdict, settled, versionProven } = answer.assessment;
  const isGood = verdict === 'healthy';
  const isWaiting = verdict === 'spreading' || verdict === 'old-version';
  return {
    asked: seen.asked + 1,
    good: isGood ? seen.good + 1 : 0,
    settled: settled ? seen.settled + 1 : 0,
    bad: isGood ? seen.bad : seen.bad + 1,
    proven: versionProven ? seen.proven + 1 : seen.proven,
    pauses: isWaiting ? seen.pauses + 1 : 0,
    answered: answer.measurement.error === null ? answer : seen.answered,
  };
}

/** A good answer is asked for again at once; what spreads is left more and more time. */
function pauseAfter({ good, settled, pauses }: Seen, intervalMs: number): number {
  if (good > 0) return 0;
  if (settled > 0) return Math.min(intervalMs, SETTLING_MS);
  return intervalMs * Math.min(LONGEST_PAUSE, 2 ** Math.max(0, pauses - 1));
}

function report(
  last: Answer,
  seen: Seen,
  about: {
    readonly check: HealthCheck;
    readonly url: string;
    readonly needed: number;
    readonly redact: (text: string) => string;
  },
): HealthReport {
  const { answered, asked, good } = seen;
  // That nobody answers in the end does not make a sick answer before it well.
  const deciding = last.measurement.error !== null && answered !== null ? answered : last;
  const base = { ...EMPTY, url: about.url, attempts: asked, configured: about.check.configured };
  const { assessment, measurement } = deciding;
  const { verdict, hint, versionId, versionProven } = assessment;
  const told = { ...base, hint, versionId, versionProven, latencyMs: measurement.latencyMs };
  if (verdict === 'healthy') {
    if (good >= about.needed) return { ...told, verdict, message: inARow(assessment.message, good) };
    const message = `${good} of ${about.needed} good answers in a row when the time was up`;
    return { ...told, verdict: 'spreading', message };
  }
  const beginning = measurement.text === '' ? null : excerpt(measurement.text, about.redact);
  const flips =
    verdict === 'old-version' && seen.proven > 0
      ? ` (${seen.proven} of ${asked} answers were the new version's)`
      : '';
  const begins = beginning === null || beginning === '' ? '' : `; the answer begins: ${beginning}`;
  return { ...told, verdict, excerpt: beginning, message: `${assessment.message}${flips}${begins}` };
}

function inARow(message: string, good: number): string {
  return good > 1 ? `${message}, ${good} times in a row` : message;
}

function cannotAsk(check: HealthCheck, url: string | null, message: string, hint: string): HealthReport {
  return { ...EMPTY, configured: check.configured, url, verdict: 'inconclusive', message, hint };
}

function healthUrl(check: HealthCheck, baseUrl: string | null): URL | null {
  const text = check.url ?? baseUrl;
  if (text === null || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (check.url !== null) return url;
  // Resolved as a reference, a path such as "//other.example" would choose the host.
  const [path = '', ...query] = check.path.split('?');
  url.pathname = path;
  url.search = query.join('?');
  return url;
}
