import type { HealthCheck } from '../resolve/resolved-worker.ts';
import type { HealthReport } from './report.ts';
import { assess, versionOf, type Expected } from './assess.ts';
import { probe, type ProbeOptions } from './probe.ts';

/** What watching needs. */
export interface WatchOptions extends Omit<ProbeOptions, 'url' | 'check'> {
  readonly check: HealthCheck;
  /** Worker's URL without a path; null when nothing makes it reachable. */
  readonly baseUrl: string | null;
  readonly expected: Expected;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly onAttempt: (attempt: number, message: string) => void;
  /** Overrides the check's own number. */
  readonly attempts?: number;
}

/**
 * Asks until an answer is healthy or the attempts are used up; the last answer decides then. A new version takes
 * seconds to spread, so a bad answer alone does not stop it early.
 */
export async function watchHealth(options: WatchOptions): Promise<HealthReport> {
  const { check, expected } = options;
  const url = healthUrl(check, options.baseUrl);
  if (url === null) {
    return {
      ...EMPTY,
      verdict: 'inconclusive',
      message: 'The Worker has no URL to ask; set healthCheck.url or "healthCheck": false.',
    };
  }
  const attempts = Math.max(1, options.attempts ?? check.attempts);
  let report: HealthReport = { ...EMPTY, url, verdict: 'inconclusive', message: 'not asked' };
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const measurement = await probe({ ...options, url });
    const { verdict, message } = assess(check, expected, measurement);
    report = {
      ...EMPTY,
      verdict,
      message,
      url,
      attempts: attempt,
      latencyMs: measurement.latencyMs,
      versionId: versionOf(check, measurement),
    };
    options.onAttempt(attempt, message);
    if (verdict === 'healthy' || options.signal?.aborted === true) return report;
    if (attempt < attempts) await options.sleep(check.intervalMs, options.signal);
  }
  return report;
}

/** A check that was not made. */
export function skippedHealth(why: string): HealthReport {
  return { ...EMPTY, verdict: 'skipped', message: why };
}

const EMPTY = {
  url: null,
  attempts: 0,
  latencyMs: null,
  versionId: null,
  versionProven: false,
  configured: true,
  excerpt: null,
  hint: null,
} as const;

function healthUrl(check: HealthCheck, baseUrl: string | null): string | null {
  if (check.url !== null) return check.url;
  return baseUrl === null ? null : new URL(check.path, baseUrl).href;
}
