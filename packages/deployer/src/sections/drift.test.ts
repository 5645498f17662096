import { describe, expect, test } from 'vitest';
import { makeAbsent, makeDeployment, makeLive, makeVersion } from '../../test/support/live.ts';
import { makeBundle, makeWorker } from '../../test/support/worker.ts';
import { DeployError } from '../errors.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import { driftReport, type CodeComparison } from './drift.ts';
import type { LiveWorker } from './live.ts';
import { provenanceOf } from './provenance.ts';
import { unknown } from './section.ts';
import { desiredState } from './state.ts';

function report(
  live: (worker: ResolvedWorker) => LiveWorker,
  fields: Partial<ResolvedWorker> = {},
  code: CodeComparison | null = null,
) {
  const worker = makeWorker(fields);
  const desired = desiredState({ worker, bundle: makeBundle(), assets: null });
  return driftReport(worker, { desired, live: live(worker), code });
}

const CRONS = { triggers: { workersDev: true, crons: [] } };
const drifted = (worker: ResolvedWorker): LiveWorker => makeLive(worker, { crons: ['1 * * * *'] });
const blind = (worker: ResolvedWorker): LiveWorker => {
  const live = makeLive(worker);
  return { ...live, state: { ...live.state, code: unknown('no digest') } };
};

test('what is as the files want it is clean, and says whose it is', () => {
  expect(report(makeLive, { environment: 'staging' })).toEqual({
    tenant: 'acme',
    worker: null,
    environment: 'staging',
    scriptName: 'acme',
    outcome: 'clean',
    drifted: false,
    changes: [],
    ignored: [],
    unknown: [],
    notices: [],
    notLookedAt: [],
    provenance: { versionId: 'v1', author: 'ann@example.com', source: 'api', at: '2026-02-01T00:00:00Z' },
  });
});

test('a difference is drift, owned or not', () => {
  expect(report(drifted, CRONS)).toMatchObject({
    outcome: 'drifted',
    drifted: true,
    changes: [{ path: 'crons[1 * * * *]', kind: 'removed', owned: true }],
  });
  expect(report(drifted)).toMatchObject({ outcome: 'drifted', changes: [{ owned: false }] });
});

test('a rule takes a difference out, and is named', () => {
  expect(report(drifted, { ...CRONS, drift: { ignore: ['crons*'] } })).toMatchObject({
    outcome: 'clean',
    drifted: false,
    changes: [],
    ignored: [{ path: 'crons[1 * * * *]', rule: 'crons*' }],
  });
});

test('what could not be compared is not clean, unless a rule leaves it to others', () => {
  expect(report(blind)).toMatchObject({
    outcome: 'unknown',
    drifted: false,
    unknown: [{ section: 'code', why: 'no digest' }],
    ignored: [],
  });
  expect(report(blind, { drift: { ignore: ['code'] } })).toMatchObject({
    outcome: 'clean',
    unknown: [],
    ignored: [{ path: 'code', rule: 'code' }],
  });
  const failed = (worker: ResolvedWorker): LiveWorker => {
    const live = drifted(worker);
    return { ...live, state: { ...live.state, code: unknown('no', new DeployError('INTERNAL', 'no')) } };
  };
  expect(report(failed, CRONS)).toMatchObject({ outcome: 'drifted', unknown: [{ section: 'code' }] });
});

describe('where the code itself was read', () => {
  const change = { section: 'code', key: 'index.js', field: null, desired: 'a', actual: 'b' } as const;
  const older = (worker: ResolvedWorker): LiveWorker =>
    makeLive(worker, { code: 'older', crons: ['1 * * * *'] });

  test('its modules are told instead of its digest', () => {
    expect(report(older, CRONS).changes.map(({ path }) => path)).toEqual(['code', 'crons[1 * * * *]']);
    const read = report(older, CRONS, { changes: [change], notices: ['the same but for comments'] });
    expect(read.changes.map(({ path }) => path)).toEqual(['crons[1 * * * *]', 'code[index.js]']);
    expect(read.notices).toEqual(['the same but for comments']);
  });

  test('the same code is no difference, whatever the digest says, and known without one', () => {
    const same = { changes: [], notices: [] };
    expect(report((worker) => makeLive(worker, { code: 'older' }), {}, same).outcome).toBe('clean');
    expect(report(blind, {}, same)).toMatchObject({ outcome: 'clean', unknown: [] });
    const other = (worker: ResolvedWorker): LiveWorker => {
      const live = makeLive(worker);
      return { ...live, state: { ...live.state, assets: unknown('no digest') } };
    };
    expect(report(other, {}, same)).toMatchObject({ outcome: 'unknown', unknown: [{ section: 'assets' }] });
  });
});

describe('what else there is to know is said', () => {
  test.each<[string, Partial<ReturnType<typeof makeVersion>>, string]>([
    [
      'whose and when',
      {},
      'version v3 was uploaded by ann@example.com at 2026-02-01T00:00:00Z and has no traffic',
    ],
    ['when', { author: null }, 'version v3 was uploaded at 2026-02-01T00:00:00Z and has no traffic'],
    ['whose', { createdOn: null }, 'version v3 was uploaded by ann@example.com and has no traffic'],
  ])('of a version without traffic %s', (_name, fields, notice) => {
    const undeployed = makeVersion({ id: 'v3', ...fields });
    expect(report((worker) => makeLive(worker, {}, { undeployed })).notices).toEqual([notice]);
  });

  const secret = (worker: ResolvedWorker): LiveWorker => makeLive(worker, { secrets: ['A', 'B'] });
  test('of secrets that no file declares', () => {
    expect(report(secret).notices).toEqual(['the files declare no secrets; live are A, B']);
    expect(report(secret, { secrets: { required: ['A'] } }).notices).toEqual([]);
    expect(report(secret, { secrets: { required: [], optional: ['A'] } }).notices).toEqual([]);
    expect(report(() => makeAbsent()).notices).toEqual([]);
    const unread = (worker: ResolvedWorker): LiveWorker => {
      const live = makeLive(worker);
      return { ...live, state: { ...live.state, secrets: unknown('no') } };
    };
    expect(report(unread).notices).toEqual([]);
  });
});

describe('whose it is', () => {
  test('is told by the deployment, and by the version where that is silent', () => {
    const version = makeVersion({ id: 'v2', author: 'bob', source: 'dash', createdOn: 'then' });
    expect(provenanceOf(makeDeployment(), version)).toEqual({
      versionId: 'v2',
      author: 'ann@example.com',
      source: 'api',
      at: '2026-02-01T00:00:00Z',
    });
    expect(provenanceOf(makeDeployment({ author: null, source: null, createdOn: '' }), version)).toEqual({
      versionId: 'v2',
      author: 'bob',
      source: 'dash',
      at: 'then',
    });
  });

  test('is told by one of them alone, and by neither not at all', () => {
    expect(provenanceOf(makeDeployment({ author: null, source: null, createdOn: '' }), null)).toEqual({
      versionId: 'v1',
      author: null,
      source: null,
      at: null,
    });
    expect(provenanceOf(makeDeployment({ versions: [] }), null)).toMatchObject({ versionId: null });
    expect(provenanceOf(null, makeVersion())).toMatchObject({ versionId: 'v1', author: 'ann@example.com' });
    expect(provenanceOf(null, null)).toBeNull();
  });
});
