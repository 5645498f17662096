import { DeployError, HealthError } from '../errors.ts';
import { judgeMetrics, type MetricsTest, type MetricsVerdict, type MetricWindow } from './metrics.ts';
import { consequenceOf, type HealthReport } from './report.ts';

/** What was read of one window of time. Unknown is not "no errors". */
export type MetricsReading =
  { readonly known: true; readonly window: MetricWindow } | { readonly known: false; readonly why: string };

/** Reads what both versions answered between two times, milliseconds since 1970. Never throws. */
export type ReadMetrics = (from: number, to: number) => Promise<MetricsReading>;

/** What watching two versions beside each other needs. */
export interface ShiftWatch {
  readonly bakeMs: number;
  /** Null: the health check alone decides. */
  readonly metrics: ReadMetrics | null;
  readonly test: MetricsTest;
  /** Asks the new version how it is. */
  readonly ask: () => Promise<HealthReport>;
  /** What somebody asked of this run meanwhile. */
  readonly wish: () => 'pause' | 'abort' | null;
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
  /** Told what is known so far. */
  readonly tell: (message: string) => void;
}

/** How watching ended. */
export type WatchVerdict =
  | { readonly kind: 'go-on'; readonly message: string }
  | { readonly kind: 'pause'; readonly why: string }
  | { readonly kind: 'take-back'; readonly error: DeployError };

/** Length of a window, ms. */
export const WINDOW_MS = 60_000;
/** Counts of a window are whole so long after its end, ms. Source: seen on the real API, 60 to 120 s. */
export const METRICS_LAG_MS = 120_000;
/** Longest sleep between two looks at what somebody asked, ms. */
const LOOK_EVERY_MS = 2_000;

/**
 * Watches two versions beside each other for the bake time: the new one is asked at its beginning and at its end, and the
 * errors of both in the same minutes are compared as soon as they can be read. What is bad ends it at once; what is not
 * known by its end pauses.
 */
export async function watchShift(watch: ShiftWatch): Promise<WatchVerdict> {
  const start = watch.now();
  const early = sick(await watch.ask());
  if (early !== null) return early;
  const metrics = watch.bakeMs === 0 ? null : watch.metrics;
  const counted = metrics === null ? null : await countErrors(watch, metrics, start);
  if (counted !== null && 'kind' in counted) return counted;
  const stopped = await waitUntil(watch, start + watch.bakeMs);
  if (stopped !== null) return stopped;
  const health = await watch.ask();
  const late = sick(health);
  if (late !== null) return late;
  if (consequenceOf(health) !== 'accept') {
    return { kind: 'pause', why: `whether it is healthy cannot be told: ${health.message}` };
  }
  return counted === null ? { kind: 'go-on', message: health.message } : decide(counted);
}

/** What the windows told. */
export interface Counted {
  readonly verdict: MetricsVerdict;
  /** Why a window could not be read. */
  readonly unknown: string | null;
}

/** Reads window after window until there is a verdict, or the bake time has been seen. */
export async function countErrors(
  watch: Omit<ShiftWatch, 'ask' | 'metrics'>,
  metrics: ReadMetrics,
  start: number,
): Promise<Counted | WatchVerdict> {
  const length = Math.min(WINDOW_MS, watch.bakeMs);
  const windows: MetricWindow[] = [];
  let unknown: string | null = null;
  let verdict = judgeMetrics(windows, watch.test);
  for (let from = start; from + length <= start + watch.bakeMs; from += length) {
    const stopped = await waitUntil(watch, from + length + METRICS_LAG_MS);
    if (stopped !== null) return stopped;
    const reading = await metrics(from, from + length);
    if (!reading.known) {
      if (unknown === null) watch.tell(`the errors of the versions are not known: ${reading.why}`);
      unknown = reading.why;
      continue;
    }
    windows.push(reading.window);
    verdict = judgeMetrics(windows, watch.test);
    watch.tell(`${verdict.verdict}: ${verdict.message}`);
    if (verdict.verdict === 'abort') return { kind: 'take-back', error: worse(verdict) };
    if (verdict.verdict === 'promote') break;
  }
  return { verdict, unknown };
}

/** Whether what the windows told is enough to go on. */
export function decide({ verdict, unknown }: Counted): WatchVerdict {
  if (verdict.verdict === 'promote') return { kind: 'go-on', message: verdict.message };
  if (unknown !== null) {
    return { kind: 'pause', why: `the errors of the versions are not known: ${unknown}` };
  }
  return { kind: 'pause', why: `the requests do not tell yet which version is worse: ${verdict.message}` };
}

function sick(health: HealthReport): WatchVerdict | null {
  if (consequenceOf(health) !== 'roll-back') return null;
  const error = new HealthError('HEALTH_FAILED', `The new version is not well: ${health.message}.`, {
    hint: health.hint ?? `Ask ${health.url ?? 'it'} yourself, and look at the Worker's logs.`,
    details: { verdict: health.verdict },
  });
  return { kind: 'take-back', error };
}

function worse({ message, current, candidate, evidence }: MetricsVerdict): HealthError {
  return new HealthError('METRICS_WORSE', `The new version fails more often than the old one: ${message}.`, {
    hint: "Look at the Worker's logs, and deploy again when its cause is repaired.",
    details: { current, candidate, evidence },
  });
}

/** Waits in short sleeps, so that a wish is seen within seconds. */
async function waitUntil(
  watch: Omit<ShiftWatch, 'ask' | 'metrics'>,
  time: number,
): Promise<WatchVerdict | null> {
  for (;;) {
    watch.signal?.throwIfAborted();
    const wish = watch.wish();
    if (wish === 'pause') return { kind: 'pause', why: 'somebody paused it' };
    if (wish === 'abort') {
      const error = new DeployError('GRADUAL_ABORTED', 'Somebody aborted the gradual deploy.', {});
      return { kind: 'take-back', error };
    }
    const left = time - watch.now();
    if (left <= 0) return null;
    await watch.sleep(Math.min(LOOK_EVERY_MS, left), watch.signal);
  }
}
