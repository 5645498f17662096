import { expect, test } from 'vitest';
import type { ReadClient } from '../cloudflare/client/calls.ts';
import { DeployError } from '../errors.ts';
import { DEFAULT_METRICS_TEST, usualRatio } from '../health/metrics.ts';
import type { Release, ReleaseTarget, TargetState } from '../store/release.ts';
import { comparedOf, waveMetrics, waveTest, type CountedTarget } from './wave-errors.ts';

const target = (name: string, wave: number, state: TargetState, fields: Partial<ReleaseTarget> = {}) =>
  ({
    target: name,
    tenant: name,
    worker: null,
    wave,
    state,
    previousVersionId: 'v1',
    versionId: 'v2',
    ...fields,
  }) as ReleaseTarget;
const scriptOf = (name: string) =>
  name === 'unknown' ? null : { accountId: `of-${name}`, scriptName: `script-${name}` };
const counted = (name: string, versionId: string | null): CountedTarget => ({
  accountId: `of-${name}`,
  scriptName: `script-${name}`,
  versionId,
});

test('compared are those of the wave that got a new version, and those that still wait anywhere', () => {
  const targets = [
    target('new', 1, 'done'),
    target('first', 1, 'done', { previousVersionId: null }),
    target('same', 1, 'done', { versionId: 'v1' }),
    target('none', 1, 'done', { versionId: null }),
    target('earlier', 0, 'done'),
    target('failed', 1, 'failed'),
    target('late', 1, 'waiting'),
    target('later', 2, 'waiting'),
    target('skipped', 2, 'skipped'),
    target('unknown', 1, 'done'),
    target('unknown', 2, 'waiting'),
  ];
  expect(comparedOf(targets, 1, scriptOf)).toEqual({
    candidates: [counted('new', 'v2'), counted('first', 'v2')],
    others: [counted('late', null), counted('later', null)],
  });
});

test('no more than two hundred that wait are counted', () => {
  const many = Array.from({ length: 205 }, (_, index) => target(`t${index}`, 1, 'waiting'));
  const { others } = comparedOf(many, 0, scriptOf);
  expect([others.length, others.at(-1)]).toEqual([200, counted('t199', null)]);
});

interface Row {
  readonly script: string;
  readonly version: string;
  readonly requests: number;
  readonly errors: number;
}

/** Analytics of accounts, by their ids, and the questions they were asked. */
function analytics(rowsOf: Readonly<Record<string, readonly Row[] | Error>>) {
  const asked: unknown[] = [];
  const readerOf = async (accountId: string): Promise<ReadClient> => {
    const rows = rowsOf[accountId];
    if (rows === undefined || rows instanceof Error) throw rows ?? new Error(`nobody knows ${accountId}`);
    const ask: ReadClient['ask'] = async (call) => {
      const { scriptNames, from, to } = (call.body as { readonly variables: Record<string, string> })
        .variables;
      asked.push([accountId, scriptNames, from, to]);
      const answer = rows.map(({ script, version, requests, errors }) => ({
        dimensions: { scriptName: script, scriptVersion: version, status: 'x' },
        sum: { requests, errors },
        avg: { sampleInterval: 1 },
      }));
      const data = { viewer: { accounts: [{ workersInvocationsAdaptive: answer }] } };
      return call.shape.parse({ bytes: new TextEncoder().encode(JSON.stringify({ data })) });
    };
    return { accountId, ask } as ReadClient;
  };
  return { readerOf, asked };
}

const row = (script: string, version: string, requests: number, errors: number): Row => ({
  script,
  version,
  requests,
  errors,
});
const in_ = (accountId: string, scriptName: string, versionId: string | null): CountedTarget => ({
  accountId,
  scriptName,
  versionId,
});
const COMPARED = {
  candidates: [in_('one', 'a', 'v2'), in_('two', 'c', 'v9')],
  others: [in_('one', 'b', null), in_('two', 'd', null)],
};
const ROWS = {
  one: [row('a', 'v1', 1000, 900), row('a', 'v2', 10, 1), row('b', 'v1', 20, 2), row('b', 'v0', 30, 3)],
  two: [row('c', 'v9', 40, 4), row('d', 'v1', 50, 5), row('other', 'v1', 9000, 9000)],
};
const WINDOW = { candidate: { requests: 50, errors: 5 }, current: { requests: 100, errors: 10 } };

test('both groups are counted in the same minutes: the new versions of the one, whatever the other runs', async () => {
  const { readerOf, asked } = analytics(ROWS);
  expect(await waveMetrics(COMPARED, readerOf)(0, 60_000)).toEqual({ known: true, window: WINDOW });
  expect(asked).toEqual([
    ['one', ['a', 'b'], '1970-01-01T00:00:00.000Z', '1970-01-01T00:01:00.000Z'],
    ['two', ['c', 'd'], '1970-01-01T00:00:00.000Z', '1970-01-01T00:01:00.000Z'],
  ]);
});

test('a Worker that nobody asked anything counts nothing', async () => {
  const { readerOf } = analytics({ one: [], two: [] });
  const nothing = { requests: 0, errors: 0 };
  expect(await waveMetrics(COMPARED, readerOf)(0, 1)).toEqual({
    known: true,
    window: { candidate: nothing, current: nothing },
  });
});

test.each([
  [new DeployError('API_REFUSED', 'No.', {}), 'No.'],
  [new DeployError('PERMISSION_DENIED', 'No.', { hint: 'Give it.' }), 'No. Give it.'],
])('what cannot be read is not known, and why is said: %s', async (error, why) => {
  const { readerOf } = analytics({ ...ROWS, two: error });
  expect(await waveMetrics(COMPARED, readerOf)(0, 1)).toEqual({ known: false, why });
});

test.each([new TypeError('a mistake'), new DeployError('ABORTED', 'stopped', {})])(
  'a mistake and a signal are thrown on: %s',
  async (error) => {
    const { readerOf } = analytics({ ...ROWS, one: error });
    await expect(waveMetrics(COMPARED, readerOf)(0, 1)).rejects.toBe(error);
  },
);

test('what is usual is what the Workers, whole, did in the hour before the release', async () => {
  const { readerOf, asked } = analytics(ROWS);
  const release = { createdAt: 3_600_000 } as Release;
  const before = { candidate: { requests: 1050, errors: 905 }, current: WINDOW.current };
  expect(await waveTest(release, COMPARED, readerOf)).toEqual({
    ...DEFAULT_METRICS_TEST,
    usual: usualRatio(before),
  });
  expect(asked[0]).toEqual(['one', ['a', 'b'], '1970-01-01T00:00:00.000Z', '1970-01-01T01:00:00.000Z']);
  const unknown = analytics({ ...ROWS, one: new DeployError('API_REFUSED', 'No.', {}) });
  expect((await waveTest(release, COMPARED, unknown.readerOf)).usual).toBe(Number.POSITIVE_INFINITY);
});
