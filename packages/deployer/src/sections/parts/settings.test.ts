import { expect, test } from 'vitest';
import { makeWorker } from '../../../test/support/worker.ts';
import { canonicalObservability, canonicalServices, ownTags, settings } from './settings.ts';

test.each([
  [{}, { enabled: false }],
  [{ enabled: false, head_sampling_rate: 1 }, { enabled: false }],
  [
    {
      enabled: true,
      head_sampling_rate: 1,
      logs: { enabled: true, head_sampling_rate: 1, invocation_logs: true, persist: true, destinations: [] },
      traces: { enabled: false },
    },
    { enabled: true },
  ],
  [
    { enabled: true, head_sampling_rate: 0.5, logs: { enabled: true, invocation_logs: false } },
    { enabled: true, head_sampling_rate: 0.5, logs: { invocation_logs: false } },
  ],
])('observability %j is %j', (value, canonical) => {
  expect(canonicalObservability(value)).toEqual(canonical);
  expect(canonicalObservability(canonicalObservability(value))).toEqual(canonical);
});

test('tail consumers have no order, and production is their default environment', () => {
  expect(canonicalServices([{ service: 'b', environment: 'production' }, { service: 'a' }])).toEqual([
    { service: 'a' },
    { service: 'b' },
  ]);
});

test('only tags of this tool and wrangler count', () => {
  expect(ownTags(['team:web', 'cf:service=x', 'cf:environment=y', 'cf:other=z'])).toEqual([
    'cf:environment=y',
    'cf:service=x',
  ]);
});

test("a deploy owns what the files say, observability and our tags; the rest is the dashboard's", () => {
  const owns = (key: string, of = makeWorker()): boolean =>
    settings.owns(of, { key, field: null, desired: false, actual: true });
  expect(['logpush', 'tail_consumers', 'observability', 'tags'].map((key) => owns(key))).toEqual([
    false,
    false,
    true,
    true,
  ]);
  expect(owns('logpush', makeWorker({ settings: { logpush: false } }))).toBe(true);
});
