import { expect, test } from 'vitest';
import {
  canonicalExports,
  canonicalObservability,
  canonicalPlacement,
  canonicalServices,
  ownTags,
  stableJson,
} from './canonical.ts';

test('the order of keys does not matter, the order of lists does', () => {
  expect(stableJson({ b: 1, a: { d: 1, c: 2 } })).toBe(stableJson({ a: { c: 2, d: 1 }, b: 1 }));
  expect(stableJson([1, 2])).not.toBe(stableJson([2, 1]));
});

test.each([
  [undefined, { enabled: false }],
  [null, { enabled: false }],
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

test('placement is what was asked for, not what became of it', () => {
  expect(canonicalPlacement({ mode: 'smart', status: 'SUCCESS', last_analyzed_at: 'x' })).toEqual({
    mode: 'smart',
  });
  expect([canonicalPlacement(null), canonicalPlacement({}), canonicalPlacement({ mode: 'off' })]).toEqual([
    null,
    null,
    null,
  ]);
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

test('exports without what reads leave out', () => {
  expect(
    canonicalExports({
      A: { type: 'durable-object', storage: 'sqlite', state: 'created' },
      B: { type: 'durable-object', state: 'deleted' },
      C: { type: 'worker' },
    }),
  ).toEqual({ A: { type: 'durable-object', storage: 'sqlite' } });
  expect(canonicalExports({})).toBeNull();
});
