import { expect, test } from 'vitest';
import {
  DEFAULT_METRICS_TEST,
  judgeMetrics,
  testOfStep,
  usualRatio,
  type MetricsVerdict,
  type MetricWindow,
} from './metrics.ts';

/** A release watched in windows: 10 requests a second, 5 % of them to the candidate. */
interface Release {
  readonly seconds: number;
  readonly minutes: number;
  readonly current: number;
  readonly candidate: number;
}

/** Mulberry32: the same numbers for the same seed, in [0, 1). */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How many of so many requests fail: from one failure to the next in one step. */
function failures(next: () => number, requests: number, rate: number): number {
  if (rate >= 1) return requests;
  const every = Math.log(1 - rate);
  let count = -1;
  for (let at = 0; at <= requests; count += 1) at += 1 + Math.floor(Math.log(1 - next()) / every);
  return count;
}

/** One window after the other: most verdicts need few of them. */
function* windowsOf(
  { seconds, minutes, current, candidate }: Release,
  seed: number,
): Generator<MetricWindow, void> {
  const next = numbers(seed);
  const all = seconds * 10;
  const share = Math.round(all * 0.05);
  for (let window = 0; window < (minutes * 60) / seconds; window += 1) {
    yield {
      current: { requests: all - share, errors: failures(next, all - share, current) },
      candidate: { requests: share, errors: failures(next, share, candidate) },
    };
  }
}

function simulate(releases: number, release: Release): Record<MetricsVerdict['verdict'], number> {
  const seen = { promote: 0, abort: 0, inconclusive: 0 };
  for (let seed = 0; seed < releases; seed += 1) {
    seen[judgeMetrics(windowsOf(release, seed * 7919 + 13)).verdict] += 1;
  }
  return seen;
}

test.each([0.002, 0.01, 0.05, 0.1])(
  'of 10,000 releases as good as the version before, at most one in a hundred is taken back: share of failures %d',
  (rate) => {
    const { abort } = simulate(10_000, { seconds: 60, minutes: 30, current: rate, candidate: rate });
    expect(abort).toBeLessThanOrEqual(100);
  },
);

test.each([0.0005, 0.005, 0.05])(
  'a release as good as the version before is let through within the hour: share of failures %d',
  (rate) => {
    const release = { seconds: 60, minutes: 60, current: rate, candidate: rate };
    expect(simulate(1_000, release).promote).toBeGreaterThanOrEqual(950);
  },
);

test('a release that is better is not taken back either', () => {
  const release = { seconds: 60, minutes: 30, current: 0.05, candidate: 0.01 };
  expect(simulate(2_000, release).abort).toBeLessThanOrEqual(20);
});

test.each([
  [0.05, 60],
  [0.05, 10],
  [0.1, 60],
  [0.2, 60],
])(
  'five times the errors are caught within 3 minutes in 99 of 100 releases: share of failures %d before, windows of %i s',
  (rate, seconds) => {
    const { abort } = simulate(10_000, { seconds, minutes: 3, current: rate, candidate: rate * 5 });
    expect(abort).toBeGreaterThanOrEqual(9_900);
  },
);

test.each([
  [0.02, 8],
  [0.01, 20],
  [0.005, 40],
])('where fewer requests fail it takes longer: share of failures %d before, %i minutes', (rate, minutes) => {
  const { abort, promote } = simulate(2_000, { seconds: 60, minutes, current: rate, candidate: rate * 5 });
  expect(abort).toBeGreaterThanOrEqual(1_980);
  expect(promote).toBeLessThanOrEqual(2_000 * DEFAULT_METRICS_TEST.falsePromote);
});

test('a release at the edge of what is tolerated is let through no more often than was asked for', () => {
  const release = { seconds: 60, minutes: 60, current: 0.02, candidate: 0.06 };
  expect(simulate(4_000, release).promote).toBeLessThanOrEqual(4_000 * DEFAULT_METRICS_TEST.falsePromote);
});

test('an outage that hits both versions alike takes no release back', () => {
  const calm = { current: { requests: 570, errors: 0 }, candidate: { requests: 30, errors: 0 } };
  const outage = { current: { requests: 570, errors: 456 }, candidate: { requests: 30, errors: 24 } };
  expect(judgeMetrics([calm, outage, outage, outage]).verdict).not.toBe('abort');
});

test('there is no verdict before the smallest sample, however bad it looks', () => {
  const bad = { current: { requests: 570, errors: 0 }, candidate: { requests: 30, errors: 30 } };
  expect(judgeMetrics([bad]).verdict).toBe('inconclusive');
  expect(judgeMetrics([bad, bad])).toMatchObject({
    verdict: 'abort',
    windows: 2,
    candidate: { requests: 60 },
  });
});

test('a verdict once reached stays, whatever comes after it', () => {
  const bad = { current: { requests: 950, errors: 0 }, candidate: { requests: 50, errors: 50 } };
  const good = { current: { requests: 950, errors: 900 }, candidate: { requests: 50, errors: 0 } };
  expect(judgeMetrics([bad, good, good])).toMatchObject({ verdict: 'abort', windows: 1 });
});

test('windows without requests of one of them say nothing about which is worse', () => {
  const idle = { current: { requests: 0, errors: 0 }, candidate: { requests: 600, errors: 300 } };
  expect(judgeMetrics([idle, idle]).verdict).toBe('inconclusive');
  expect(judgeMetrics([])).toMatchObject({ verdict: 'inconclusive', windows: 0 });
});

test.each([
  { requests: 1, errors: 2 },
  { requests: -1, errors: 0 },
  { requests: 1.5, errors: 0 },
  { requests: Number.NaN, errors: 0 },
])('%o are no counts', (current) => {
  expect(() => judgeMetrics([{ current, candidate: { requests: 1, errors: 0 } }])).toThrow(RangeError);
});

test('of 10,000 gradual releases of two steps that are as good, at most one in a hundred is taken back', () => {
  let back = 0;
  for (let seed = 0; seed < 10_000; seed += 1) {
    const next = numbers(seed * 104_729 + 7);
    const isBack = [0.05, 0.5].some((share, number) => {
      const candidate = Math.round(600 * share);
      const windows = Array.from({ length: 5 }, () => ({
        current: { requests: 600 - candidate, errors: failures(next, 600 - candidate, 0.05) },
        candidate: { requests: candidate, errors: failures(next, candidate, 0.05) },
      }));
      return judgeMetrics(windows, testOfStep(number, 2)).verdict === 'abort';
    });
    if (isBack) back += 1;
  }
  expect(back).toBeLessThanOrEqual(100);
});

test('the first step of a gradual release catches five times the errors within 3 minutes in 99 of 100', () => {
  const release = { seconds: 60, minutes: 3, current: 0.05, candidate: 0.25 };
  const caught = Array.from({ length: 10_000 }, (_, seed) => windowsOf(release, seed * 7919 + 13)).filter(
    (windows) => judgeMetrics(windows, testOfStep(0, 2)).verdict === 'abort',
  );
  expect(caught.length).toBeGreaterThanOrEqual(9_900);
});

const both = (current: number, candidate: number, requests = 1000): MetricWindow => ({
  current: { requests, errors: current },
  candidate: { requests, errors: candidate },
});

test('a verdict comes with all counts so far, and how many times likelier they are', () => {
  // 2 of 1000 against 1 of 1000, three times as bad against as bad: 3 ^ 2 / 2 ^ 3.
  expect(judgeMetrics([both(1, 2)], { ...DEFAULT_METRICS_TEST, acceptable: 0.001 })).toEqual({
    verdict: 'inconclusive',
    message: "2 of 1000 (0.20 %) of the new version's requests failed, 1 of 1000 (0.10 %) of the old one's",
    windows: 1,
    current: { requests: 1000, errors: 1 },
    candidate: { requests: 1000, errors: 2 },
    evidence: expect.closeTo(9 / 8, 10) as number,
  });
  expect(judgeMetrics([])).toEqual({
    verdict: 'inconclusive',
    message: "0 of 0 (0.00 %) of the new version's requests failed, 0 of 0 (0.00 %) of the old one's",
    windows: 0,
    current: { requests: 0, errors: 0 },
    candidate: { requests: 0, errors: 0 },
    evidence: 1,
  });
});

test('windows add up, and of a group that is usually worse more is expected', () => {
  const found = judgeMetrics([both(2, 6), both(2, 6)], { ...DEFAULT_METRICS_TEST, usual: 2 });
  // Six times as bad against twice as bad, in two windows: ((6 / 3.5) ^ 6 / 3.5 ^ 2) / ((2 / 1.5) ^ 6 / 1.5 ^ 2), squared.
  const once = ((6 / 3.5) ** 6 / 3.5 ** 2 / ((2 / 1.5) ** 6 / 1.5 ** 2)) ** 2;
  expect(found).toMatchObject({ windows: 2, current: { requests: 2000, errors: 4 } });
  expect(found.evidence).toBeCloseTo(once, 8);
});

test.each([
  ['aborts from its bound', both(0, 12, 50), {}, 'abort'],
  ['and not before it', both(0, 11, 50), {}, 'inconclusive'],
  [
    'waits for requests of the new version',
    { ...both(0, 12, 50), candidate: { requests: 49, errors: 40 } },
    {},
    'inconclusive',
  ],
  ['and of the old one', { ...both(0, 12, 50), current: { requests: 49, errors: 0 } }, {}, 'inconclusive'],
  ['promotes where the old one is worse', both(5, 0, 50), {}, 'promote'],
  ['and not by little', both(3, 0, 50), {}, 'inconclusive'],
  ['promotes where hardly anything fails', both(0, 0, 1000), {}, 'promote'],
  ['which few requests do not tell', both(0, 0, 400), {}, 'inconclusive'],
  ['and none at all', both(0, 0, 1000), { acceptable: 0.001 }, 'inconclusive'],
  ['counts only what went well as good', both(1, 1, 610), {}, 'inconclusive'],
  [
    'decides nothing where all is usual',
    both(0, 30, 50),
    { usual: Number.POSITIVE_INFINITY },
    'inconclusive',
  ],
] as const)('the test %s', (_what, window, fields, verdict) => {
  expect(judgeMetrics([window], { ...DEFAULT_METRICS_TEST, ...fields }).verdict).toBe(verdict);
});

test.each([
  [0, 1, 0.01],
  [0, 2, 0.0075],
  [1, 2, 0.0025],
  [0, 3, 0.0075],
  [1, 3, 0.00125],
  [2, 3, 0.00125],
])('step %i of %i may abort falsely with %d', (number, steps, falseAbort) => {
  expect(testOfStep(number, steps)).toEqual({
    ...DEFAULT_METRICS_TEST,
    falseAbort: expect.closeTo(falseAbort, 12) as number,
  });
});

test.each([
  ['as good', both(9, 9), Math.exp(1.645 * Math.sqrt(0.2))],
  ['better by far', both(999, 0), 1],
  ['worse', both(9, 99), 10 * Math.exp(1.645 * Math.sqrt(0.11))],
  [
    'of a smaller group',
    { current: { requests: 1000, errors: 9 }, candidate: { requests: 100, errors: 9 } },
    10 * Math.exp(1.645 * Math.sqrt(0.2)),
  ],
  ['never asked', { ...both(0, 0), candidate: { requests: 0, errors: 0 } }, Number.POSITIVE_INFINITY],
  ['beside nobody', { ...both(0, 0), current: { requests: 0, errors: 0 } }, Number.POSITIVE_INFINITY],
])('what is usual for a group that was %s', (_what, before, ratio) => {
  expect(usualRatio(before)).toBeCloseTo(ratio, 10);
});
