import { expect, test } from 'vitest';
import { fakeApi } from '../../test/support/api.ts';
import { markedBy } from '../../test/support/live.ts';
import { makeWorker } from '../../test/support/worker.ts';
import type { Release } from '../store/release.ts';
import type { World } from '../session/world.ts';
import { atOnce } from './at-once.ts';
import { placeOf } from './place-of.ts';
import { commandTarget } from './selection/fleet-target.ts';
import { summarise } from './summary.ts';
import { worldOfMany } from './world-of-many.ts';
import { estimateLine, estimateOf } from './sweep/estimate.ts';
import { whatRuns } from './what-runs.ts';

test.each([
  [0, 1],
  [1, 1],
  [2.9, 2],
  [9, 5],
])('%d at once are %i of five, and results keep the order', async (most, expected) => {
  let running = 0;
  let highest = 0;
  const results = await atOnce([5, 4, 3, 2, 1], most, async (item) => {
    running += 1;
    highest = Math.max(highest, running);
    for (let turn = 0; turn < item; turn += 1) await Promise.resolve();
    running -= 1;
    return item * 10;
  });
  expect([highest, results]).toEqual([expected, [50, 40, 30, 20, 10]]);
});

test('words are counted, and stand in their order', () => {
  expect(Object.entries(summarise(['b', 'a', 'b']))).toEqual([
    ['a', 1],
    ['b', 2],
  ]);
  expect(summarise([])).toEqual({});
});

test.each([
  [null, undefined, { env: '' }],
  ['staging', null, { env: 'staging' }],
  ['staging', 'n', { env: 'staging', dispatchNamespace: 'n' }],
])('a release of environment %j in namespace %j is at %j', (environment, dispatchNamespace, place) => {
  const release = { environment, rollout: { deploy: { dispatchNamespace } } } as Release;
  expect(placeOf(release)).toEqual(place);
  expect(commandTarget({ target: 't', tenant: 't', worker: null }, place)).toEqual({ tenant: 't', ...place });
  expect(commandTarget({ target: 't/w', tenant: 't', worker: 'w' }, {})).toEqual({
    tenant: 't',
    worker: 'w',
  });
});

test('calls of many are counted, and told on; records are looked up once', () => {
  const told: unknown[] = [];
  const { world, calls } = worldOfMany({
    onCall: (call: string) => void told.push(call),
    records: { forMany: () => 'kept' },
  } as unknown as World);
  expect(calls()).toBe(0);
  world.onCall('one' as never);
  world.onCall('two' as never);
  expect([calls(), told, world.records]).toEqual([2, ['one', 'two'], 'kept']);
});

test.each([
  [0, 0, 0, 0],
  [1, 0, 8, 2],
  [1, 1, 3, 1],
  [5, 2, 30, 8],
])('%i targets of which %i are known cost %i calls in %i s', (targets, known, calls, seconds) => {
  expect(estimateOf(targets, known)).toEqual({ estimatedCalls: calls, estimatedSeconds: seconds });
});

test('an estimate says how many are left out', () => {
  const estimate = { estimatedCalls: 8, estimatedSeconds: 2 };
  const line = 'at most about 8 API calls, 2 s at the pace one token may keep';
  expect(estimateLine(estimate, 0)).toBe(line);
  expect(estimateLine(estimate, 3)).toBe(`3 unchanged by the lists of the account; ${line}`);
});

const DEPLOYMENTS = 'GET /workers/scripts/acme/deployments';
const deployment = (fields: object = {}) => ({
  id: 'd1',
  created_on: '2026-02-01T00:00:00Z',
  source: 'api',
  author_email: 'ann@example.com',
  versions: [
    { version_id: 'v1', percentage: 30 },
    { version_id: 'v2', percentage: 70 },
  ],
  ...fields,
});
const version = (annotations: object) => ({
  id: 'v2',
  number: 2,
  metadata: { created_on: '2026-02-01T00:00:00Z' },
  annotations,
  resources: { bindings: [] },
});

test('a Worker runs the version with most of the traffic, and it is ours where it carries our mark', async () => {
  const runs = (annotations: object) => {
    const { reader } = fakeApi({
      [DEPLOYMENTS]: { deployments: [deployment()] },
      'GET /workers/scripts/acme/versions/v2': version(annotations) as never,
    });
    return whatRuns({ api: { reader } as never, worker: makeWorker() });
  };
  const found = await runs(markedBy('run'));
  expect([found.id, found.by, await found.ours()]).toEqual([
    'v2',
    'ann@example.com deployed it at 2026-02-01T00:00:00Z',
    true,
  ]);
  expect(await (await runs({})).ours()).toBe(false);
});

test('a Worker that runs nothing has no version, nor anybody who put it there', async () => {
  const { reader, reads } = fakeApi({ [DEPLOYMENTS]: { deployments: [] } });
  const found = await whatRuns({ api: { reader } as never, worker: makeWorker() });
  expect([found.id, found.by, await found.ours(), reads.length]).toEqual([
    null,
    'somebody deployed it at an unknown time',
    false,
    1,
  ]);
});
