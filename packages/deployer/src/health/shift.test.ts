import { expect, test } from 'vitest';
import { DEFAULT_METRICS_TEST, type MetricWindow } from './metrics.ts';
import type { HealthReport } from './report.ts';
import { METRICS_LAG_MS, watchShift, WINDOW_MS, type MetricsReading, type ShiftWatch } from './shift.ts';

const HEALTHY: HealthReport = {
  verdict: 'healthy',
  skipped: null,
  url: 'https://acme.example/health',
  attempts: 1,
  message: 'HTTP 200 as expected',
  latencyMs: 1,
  versionId: null,
  versionProven: true,
  configured: true,
  excerpt: null,
  hint: null,
};
const SICK: HealthReport = { ...HEALTHY, verdict: 'unhealthy', message: 'HTTP 500', hint: 'look at it' };
const UNCLEAR: HealthReport = { ...HEALTHY, verdict: 'inconclusive', message: 'a login' };

const windowOf = (current: number, candidate: number): MetricsReading => ({
  known: true,
  window: { current: { requests: 1000, errors: current }, candidate: { requests: 1000, errors: candidate } },
});
const FEW: MetricWindow = { current: { requests: 1, errors: 0 }, candidate: { requests: 1, errors: 0 } };

/** Watches with answers and readings one after the other, the last of each from then on. */
async function watched(
  given: {
    readonly answers?: readonly HealthReport[];
    readonly readings?: readonly MetricsReading[];
  } & Partial<ShiftWatch>,
) {
  const { answers = [HEALTHY], readings, ...fields } = given;
  const seen = {
    asked: [] as number[],
    read: [] as (readonly [number, number])[],
    told: [] as string[],
    sleeps: [] as number[],
  };
  let clock = 1_000;
  const at = <T>(all: readonly T[], count: number): T => all[Math.min(count, all.length) - 1] as T;
  const verdict = await watchShift({
    bakeMs: 0,
    metrics:
      readings === undefined
        ? null
        : async (from, to) => {
            seen.read.push([from, to]);
            return at(readings, seen.read.length);
          },
    test: DEFAULT_METRICS_TEST,
    ask: async () => {
      seen.asked.push(clock);
      return at(answers, seen.asked.length);
    },
    wish: () => null,
    now: () => clock,
    sleep: async (ms) => {
      seen.sleeps.push(ms);
      clock += ms;
    },
    tell: (message) => void seen.told.push(message),
    ...fields,
  });
  return { verdict, ...seen };
}

test('without a bake time it is asked twice, and nobody reads its errors', async () => {
  expect(await watched({ readings: [windowOf(0, 900)] })).toEqual({
    verdict: { kind: 'go-on', message: 'HTTP 200 as expected' },
    asked: [1_000, 1_000],
    read: [],
    told: [],
    sleeps: [],
  });
});

test('without metrics it is asked at the beginning and at the end of its bake time, and waits in short sleeps', async () => {
  expect(await watched({ bakeMs: 5_000 })).toEqual({
    verdict: { kind: 'go-on', message: 'HTTP 200 as expected' },
    asked: [1_000, 6_000],
    read: [],
    told: [],
    sleeps: [2_000, 2_000, 1_000],
  });
});

test.each<[string, readonly HealthReport[], number, string, string]>([
  ['at its beginning', [SICK], 1, 'HTTP 500', 'look at it'],
  [
    'at its end',
    [HEALTHY, { ...SICK, hint: null }],
    2,
    'HTTP 500',
    "Ask https://acme.example/health yourself, and look at the Worker's logs.",
  ],
  [
    'without a URL',
    [{ ...SICK, hint: null, url: null }],
    1,
    'HTTP 500',
    "Ask it yourself, and look at the Worker's logs.",
  ],
])('one that is sick %s is taken back', async (_when, answers, asked, message, hint) => {
  const found = await watched({ answers, bakeMs: 10 });
  expect(found.asked).toHaveLength(asked);
  expect(found.verdict).toMatchObject({
    kind: 'take-back',
    error: {
      code: 'HEALTH_FAILED',
      message: `The new version is not well: ${message}.`,
      hint,
      details: { verdict: 'unhealthy' },
    },
  });
});

test.each([
  [true, { kind: 'pause', why: 'whether it is healthy cannot be told: a login' }],
  [false, { kind: 'go-on', message: 'a login' }],
])(
  'one that cannot be told at its end, with a check that is configured (%s)',
  async (configured, expected) => {
    expect((await watched({ answers: [{ ...UNCLEAR, configured }] })).verdict).toEqual(expected);
  },
);

test('windows are read when they are whole, until they tell', async () => {
  const found = await watched({
    bakeMs: 3 * WINDOW_MS,
    readings: [{ known: true, window: FEW }, windowOf(0, 0)],
  });
  expect(found.verdict).toEqual({
    kind: 'go-on',
    message: "0 of 1001 (0.00 %) of the new version's requests failed, 0 of 1001 (0.00 %) of the old one's",
  });
  expect(found.read).toEqual([
    [1_000, 1_000 + WINDOW_MS],
    [1_000 + WINDOW_MS, 1_000 + 2 * WINDOW_MS],
  ]);
  expect(found.told).toEqual([
    "inconclusive: 0 of 1 (0.00 %) of the new version's requests failed, 0 of 1 (0.00 %) of the old one's",
    "promote: 0 of 1001 (0.00 %) of the new version's requests failed, 0 of 1001 (0.00 %) of the old one's",
  ]);
  expect(found.asked).toEqual([1_000, 1_000 + 2 * WINDOW_MS + METRICS_LAG_MS]);
});

test('a bake time shorter than a window is one window', async () => {
  const found = await watched({ bakeMs: 7_000, readings: [windowOf(0, 0)] });
  expect(found.read).toEqual([[1_000, 8_000]]);
  expect(found.verdict.kind).toBe('go-on');
});

test('one that fails more often is taken back at once, with the counts', async () => {
  const found = await watched({ bakeMs: 3 * WINDOW_MS, readings: [windowOf(10, 500)] });
  expect([found.read.length, found.asked.length]).toEqual([1, 1]);
  const counts =
    "500 of 1000 (50.00 %) of the new version's requests failed, 10 of 1000 (1.00 %) of the old one's";
  expect(found.verdict).toMatchObject({
    kind: 'take-back',
    error: {
      code: 'METRICS_WORSE',
      message: `The new version fails more often than the old one: ${counts}.`,
      hint: "Look at the Worker's logs, and deploy again when its cause is repaired.",
      details: {
        current: { requests: 1000, errors: 10 },
        candidate: { requests: 1000, errors: 500 },
        evidence: expect.any(Number) as number,
      },
    },
  });
  expect(found.told).toEqual([`abort: ${counts}`]);
});

test('errors that are not known are told once, and pause where the others do not tell', async () => {
  const unread: MetricsReading = { known: false, why: 'no rights' };
  const found = await watched({ bakeMs: 3 * WINDOW_MS, readings: [unread] });
  expect(found.read).toHaveLength(3);
  expect(found.told).toEqual(['the errors of the versions are not known: no rights']);
  expect(found.verdict).toEqual({
    kind: 'pause',
    why: 'the errors of the versions are not known: no rights',
  });
  const then = await watched({ bakeMs: 3 * WINDOW_MS, readings: [unread, windowOf(0, 0)] });
  expect([then.read.length, then.verdict.kind]).toEqual([2, 'go-on']);
});

test('too few requests pause', async () => {
  const found = await watched({ bakeMs: WINDOW_MS, readings: [{ known: true, window: FEW }] });
  expect(found.verdict).toEqual({
    kind: 'pause',
    why: "the requests do not tell yet which version is worse: 0 of 1 (0.00 %) of the new version's requests failed, 0 of 1 (0.00 %) of the old one's",
  });
  expect(found.asked).toHaveLength(2);
});

test.each([null, [windowOf(0, 0)]])(
  'what somebody asks meanwhile is seen within seconds',
  async (readings) => {
    const asked = (wish: 'pause' | 'abort') =>
      watched({ bakeMs: 60_000, wish: () => wish, ...(readings === null ? {} : { readings }) });
    const paused = await asked('pause');
    expect([paused.verdict, paused.asked.length, paused.sleeps]).toEqual([
      { kind: 'pause', why: 'somebody paused it' },
      1,
      [],
    ]);
    expect((await asked('abort')).verdict).toMatchObject({
      kind: 'take-back',
      error: { code: 'GRADUAL_ABORTED', message: 'Somebody aborted the gradual deploy.' },
    });
  },
);

test('a signal ends it', async () => {
  await expect(watched({ bakeMs: 10, signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow(
    'stopped',
  );
});
