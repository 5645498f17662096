import type { Clock } from './clock.ts';
import { isObject } from './json.ts';
import type { ServedRequest } from './runtime/contract.ts';
import { scriptKey } from './store/documents.ts';
import type { Reader } from './store/store.ts';

/** How the counts of requests come to whoever asks, all of which can be changed while it runs. */
export interface MetricsWeather {
  /** Time until a request is counted, milliseconds. */
  lagMs: number;
  /** One request in so many is kept, and stands for the others. */
  sampleInterval: number;
}

/** Requests of one version that ended alike. */
export interface CountedRequests {
  readonly scriptName: string;
  readonly versionId: string;
  readonly outcome: ServedRequest['outcome'];
  /** Of the answer; null for an exception. */
  readonly status: number | null;
  /** That were kept. */
  readonly kept: number;
  /** Each stands for so many. */
  readonly sampleInterval: number;
}

/** What is asked: times are milliseconds since 1970, `to` is left out. */
export interface CountQuestion {
  readonly accountId: string;
  readonly from: number;
  readonly to: number;
}

/** Requests that were served, by version, for the account's analytics and for Workers Logs. */
export interface Invocations {
  /** Conditions, for the admin side. */
  readonly weather: MetricsWeather;
  record(request: ServedRequest): void;
  /** For analytics. */
  counted(question: CountQuestion): readonly CountedRequests[];
  /** For the logs: only of Workers whose logs were on when they answered. */
  logged(question: CountQuestion): readonly CountedRequests[];
}

interface Bucket extends Omit<CountedRequests, 'kept' | 'sampleInterval'> {
  readonly accountId: string;
  /** Start of its second. */
  readonly at: number;
  counted: { kept: number; sampleInterval: number };
  logged: { kept: number; sampleInterval: number };
}

/** Times are kept to the second. */
const SECOND_MS = 1_000;
/** Older counts are dropped. Real analytics keep them for months; nobody waits for that here. */
const KEPT_MS = 24 * 60 * 60 * SECOND_MS;
/** Buckets between two looks for old ones. */
const SWEEP_EVERY = 10_000;

/** Counts what a runtime served, in memory. */
export function createInvocations(options: {
  readonly store: Reader;
  readonly clock: Clock;
  readonly random: () => number;
  readonly weather: MetricsWeather;
}): Invocations {
  const { store, clock, random, weather } = options;
  const buckets = new Map<string, Bucket>();
  const kept = (interval: number): number => (interval <= 1 || random() < 1 / interval ? 1 : 0);
  const dropOld = (now: number): void => {
    if (buckets.size % SWEEP_EVERY !== SWEEP_EVERY - 1) return;
    for (const [key, { at }] of buckets) if (at < now - KEPT_MS) buckets.delete(key);
  };
  const read = (
    { accountId, from, to }: CountQuestion,
    part: 'counted' | 'logged',
  ): readonly CountedRequests[] => {
    const visible = clock.now().getTime() - weather.lagMs;
    return [...buckets.values()]
      .filter((bucket) => bucket.accountId === accountId && bucket.at >= from && bucket.at < to)
      .filter((bucket) => bucket.at <= visible && bucket[part].kept > 0)
      .map(({ scriptName, versionId, outcome, status, ...bucket }) => ({
        scriptName,
        versionId,
        outcome,
        status,
        ...bucket[part],
      }));
  };
  return {
    weather,
    record({ accountId, scriptName, versionId, at, outcome, status }) {
      const second = Math.floor(at / SECOND_MS) * SECOND_MS;
      const interval = logInterval(store, accountId, scriptName);
      const { sampleInterval } = weather;
      const key = [accountId, scriptName, versionId, second, outcome, status, sampleInterval, interval].join(
        ' ',
      );
      const bucket = buckets.get(key) ?? {
        accountId,
        scriptName,
        versionId,
        outcome,
        status,
        at: second,
        counted: { kept: 0, sampleInterval },
        logged: { kept: 0, sampleInterval: interval ?? 1 },
      };
      bucket.counted.kept += kept(sampleInterval);
      if (interval !== null) bucket.logged.kept += kept(interval);
      buckets.set(key, bucket);
      dropOld(second);
    },
    counted: (question) => read(question, 'counted'),
    logged: (question) => read(question, 'logged'),
  };
}

/** One invocation in so many is logged; null: the Worker's logs are off. */
function logInterval(store: Reader, accountId: string, scriptName: string): number | null {
  const script = store.get('script', scriptKey(accountId, scriptName, null));
  const observability = script?.settings.observability;
  if (!isObject(observability) || observability['enabled'] !== true) return null;
  const { logs } = observability;
  const rules = isObject(logs) ? logs : {};
  if (rules['enabled'] === false || rules['invocation_logs'] === false) return null;
  const rate = rules['head_sampling_rate'] ?? observability['head_sampling_rate'] ?? 1;
  return typeof rate === 'number' && rate > 0 ? 1 / rate : null;
}
