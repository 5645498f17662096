import { expect, test } from 'vitest';
import type { Deployment, VersionSummary } from '../../cloudflare/shapes.ts';
import type { StoredRecord } from '../../records/file-store.ts';
import { defaultTarget } from './default-target.ts';

const deployment = (...versions: (readonly [string, number])[]): Deployment => ({
  id: 'd',
  createdOn: '2026-11-27T02:00:00Z',
  source: null,
  author: null,
  annotations: {},
  versions: versions.map(([versionId, percentage]) => ({ versionId, percentage })),
});

const whole = (ids: string): readonly Deployment[] => [...ids].map((id) => deployment([id, 100]));

/** Versions `a` (1), `b` (2) …, each of the release named; `null`: made by changing a secret. */
const versions = (releases: Readonly<Record<string, string | null>>): readonly VersionSummary[] =>
  Object.entries(releases).map(([id, release]) => ({
    id,
    number: id.charCodeAt(0) - 96,
    createdOn: null,
    source: null,
    author: null,
    hasPreview: false,
    annotations:
      release === null
        ? { 'workers/triggered_by': 'secret' }
        : { 'workers/message': `[cf-deploy code=${release} config=0 run=${id}]` },
  }));

const DIFFERENT = versions({ a: '1', b: '2', c: '3', d: '4' });

const record = (versionId: string, verdict: string): StoredRecord => ({
  path: `deployments/${versionId}.json`,
  record: {
    schema: 1,
    kind: 'deploy',
    run: versionId,
    status: verdict === 'healthy' ? 'deployed' : 'rolled-back',
    tenant: 'acme',
    environment: null,
    accountId: 'x',
    scriptName: 'acme',
    url: null,
    startedAt: '2026-11-27T01:00:00Z',
    finishedAt: null,
    durationMs: null,
    by: null,
    git: null,
    message: null,
    previousVersionId: null,
    versionId,
    endState: null,
    changes: [],
    steps: [],
    leftovers: [],
    health: { verdict, message: '' },
    calls: 0,
    error: null,
  },
});

test.each<[string, readonly Deployment[], string | null]>([
  ['the one before', whole('cba'), 'b'],
  ['not the live one under an older deployment', whole('bba'), 'a'],
  [
    'not one that only had a share',
    [deployment(['c', 100]), deployment(['b', 50], ['a', 50]), deployment(['a', 100])],
    'a',
  ],
  ['from a split, the one that had all before it', [deployment(['c', 10], ['b', 90]), ...whole('ba')], 'b'],
  [
    'from one that is only staged, the one before the live one',
    [deployment(['c', 0], ['b', 100]), ...whole('ba')],
    'a',
  ],
  ['none, after a first deploy', whole('a'), null],
  ['none, after everything newer was gone back from', whole('aba'), null],
  ['the one before that, after one was gone back from', whole('bcba'), 'a'],
  ['one that was gone back from and made live again since', whole('dcbca'), 'c'],
])('rolls back to %s', (_what, deployments, target) => {
  expect(defaultTarget({ deployments, versions: DIFFERENT, records: [] }).versionId).toBe(target);
});

test('a version that only differs in a secret is passed over for one of another release', () => {
  const history = {
    deployments: whole('dcba'),
    versions: versions({ a: '1', b: '2', c: null, d: null }),
    records: [],
  };
  expect(defaultTarget(history)).toEqual({
    versionId: 'a',
    passedOver: [
      { versionId: 'c', why: expect.stringContaining('same code') as string },
      { versionId: 'b', why: expect.stringContaining('same code') as string },
    ],
  });
});

test('where every version is of one release, the one before is taken', () => {
  const history = { deployments: whole('cba'), versions: versions({ a: '1', b: '1', c: '1' }), records: [] };
  expect(defaultTarget(history).versionId).toBe('b');
});

test('a version that was found sick is passed over, unless it was found healthy since', () => {
  const history = { deployments: whole('cba'), versions: DIFFERENT };
  expect(defaultTarget({ ...history, records: [record('b', 'unhealthy')] })).toEqual({
    versionId: 'a',
    passedOver: [{ versionId: 'b', why: expect.stringContaining('deployments/b.json') as string }],
  });
  const since = [record('b', 'healthy'), record('b', 'unhealthy')];
  expect(defaultTarget({ ...history, records: since }).versionId).toBe('b');
});
