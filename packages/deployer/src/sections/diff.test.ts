import { assert, constant, constantFrom, dictionary, property, record, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeBundle, makeWorker } from '../../test/support/worker.ts';
import { changeKind, changePath } from './change.ts';
import { diffStates } from './diff.ts';
import type { SectionValues, WorkerState } from './registry.ts';
import { known, unknown } from './section.ts';
import { absentState, desiredState } from './state.ts';

const worker = makeWorker();
const base = desiredState({ worker, bundle: makeBundle(), assets: null });
const rules = { keepVars: false, secrets: worker.secrets };
const paths = (desired: WorkerState, actual: WorkerState, keepVars = false): string[] =>
  diffStates(desired, actual, { ...rules, keepVars }).changes.map(
    (change) => `${changeKind(change)} ${changePath(change)}`,
  );
const variable = (name: string, text: string) => ({ [name]: { type: 'plain_text', name, text } });
/** A state with these parts known to be so. */
const having = (parts: Partial<SectionValues>, from: WorkerState = base): WorkerState => ({
  ...from,
  ...Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, known(value)])),
});

test('equal states have no difference', () => {
  expect(diffStates(base, base, rules)).toEqual({ changes: [], unknown: [] });
});

test('assets that somebody else uploaded are unknown, not missing', () => {
  const wanted = having({ assets: { digest: 'a' } });
  expect(diffStates(wanted, { ...wanted, assets: unknown('no digest') }, rules)).toEqual({
    changes: [],
    unknown: [{ section: 'assets', key: null, why: 'no digest', error: null }],
  });
  expect(paths(wanted, having({ assets: null }))).toEqual(['added assets']);
});

describe('bindings are compared from both sides', () => {
  const wanted = having({ bindings: { ...variable('A', '1'), ...variable('B', '2') } });
  test('a lost one, a changed one and a foreign one are each named', () => {
    const live = having({ bindings: { ...variable('B', '3'), ...variable('C', '4') } });
    expect(paths(wanted, live)).toEqual([
      'added bindings.A',
      'changed bindings.B.text',
      'removed bindings.C',
    ]);
  });

  test('another kind under the same name is one change of the whole', () => {
    const live = having({
      bindings: { ...variable('A', '1'), B: { type: 'kv_namespace', name: 'B', namespace_id: 'x' } },
    });
    expect(paths(wanted, live)).toEqual(['changed bindings.B']);
  });

  test('with keep_vars, variables of the dashboard are left alone, other bindings are not', () => {
    const live = having({
      bindings: {
        ...variable('A', '1'),
        ...variable('B', '2'),
        ...variable('C', '4'),
        D: { type: 'kv_namespace', name: 'D', namespace_id: 'x' },
      },
    });
    expect(paths(wanted, live, true)).toEqual(['removed bindings.D']);
  });

  test('an inherited one is whatever is there of its kind', () => {
    const kept = desiredState({
      worker: makeWorker({ inherited: [{ name: 'KV', type: 'kv_namespace' }] }),
      bundle: makeBundle(),
      assets: null,
    });
    const live = (type: string): WorkerState =>
      having({ bindings: { KV: { type, name: 'KV', namespace_id: 'x' } } }, kept);
    expect(paths(kept, live('kv_namespace'))).toEqual([]);
    expect(paths(kept, live('r2_bucket'))).toEqual(['changed bindings.KV']);
    expect(paths(kept, having({ bindings: {} }, kept))).toEqual(['added bindings.KV']);
  });

  test('a binding called like a property of objects is no special case', () => {
    const live = having({
      bindings: JSON.parse('{"__proto__":{"type":"ai","name":"__proto__"}}') as SectionValues['bindings'],
    });
    expect(paths(base, live)).toEqual(['removed bindings.__proto__']);
  });
});

test('a missing Worker is a difference, and so is each part of it that a first deploy makes', () => {
  const wanted = having({ crons: ['0 1 * * *'], bindings: variable('A', '1') });
  expect(paths(wanted, absentState(wanted))).toEqual([
    'added worker',
    'added bindings.A',
    'added runtime.compatibility_date',
    'changed workersDev.enabled',
    'added crons[0 1 * * *]',
  ]);
  const set = desiredState({
    worker: makeWorker({
      settings: { logpush: true },
      runtime: { limits: { cpu_ms: 50 }, placement: { mode: 'smart' } },
      compatibilityFlags: ['nodejs_compat'],
    }),
    bundle: null,
    assets: null,
  });
  expect(paths(set, absentState(set))).toEqual([
    'added worker',
    'added runtime.compatibility_date',
    'changed runtime.compatibility_flags',
    'added runtime.limits',
    'added runtime.placement',
    'changed settings.logpush',
    'changed workersDev.enabled',
  ]);
});

test('unknown is not absent: it is told apart, and is no difference', () => {
  const actual: WorkerState = { ...base, crons: unknown('not readable'), code: unknown('no digest') };
  expect(diffStates(base, actual, rules)).toEqual({
    changes: [],
    unknown: [
      { section: 'code', key: null, why: 'no digest', error: null },
      { section: 'crons', key: null, why: 'not readable', error: null },
    ],
  });
});

test('a part of which one entry could not be read is compared in the others', () => {
  const live = {
    compatibility_date: '2020-01-01',
    compatibility_flags: [],
    limits: null,
    cache_options: null,
  };
  const actual: WorkerState = { ...base, runtime: known(live, { placement: 'shown of another version' }) };
  const wanted = having({
    runtime: { ...live, compatibility_date: '2026-02-01', placement: { mode: 'smart' } },
  });
  expect(paths(wanted, actual)).toEqual(['changed runtime.compatibility_date']);
  const untold = having({ config: null }, actual);
  expect(diffStates(wanted, untold, rules).unknown).toMatchObject([{ section: 'runtime', key: 'placement' }]);
  // The digest of the configuration covers it where there is one.
  expect(diffStates(wanted, actual, rules).unknown).toEqual([]);
});

test('crons are named one by one, whatever their order', () => {
  const wanted = having({ crons: ['0 1 * * *', '0 2 * * *'] });
  const live = having({ crons: ['0 3 * * *', '0 1 * * *'] });
  expect(paths(wanted, live)).toEqual(['added crons[0 2 * * *]', 'removed crons[0 3 * * *]']);
});

test('secrets nobody declares are left alone; beside declared ones they are drift', () => {
  expect(paths(base, having({ secrets: ['X'] }))).toEqual([]);
  expect(paths(having({ secrets: ['A'] }), having({ secrets: ['X'] }))).toEqual([
    'added secrets.A',
    'removed secrets.X',
  ]);
});

test('a difference in fields that cannot be read back shows as one of the configuration', () => {
  expect(paths(base, having({ config: 'other' }))).toEqual(['changed config']);
  expect(paths(base, having({ config: null }))).toEqual([]);
  expect(paths(base, having({ config: 'other', code: 'other' }))).toEqual(['changed code']);
});

test('a consumer setting that is not written is no difference at its default, and one beside it', () => {
  const wanted = having({ queueConsumers: { q: { type: 'worker', batch_size: 5 } } });
  const live = (more: object): WorkerState =>
    having({ queueConsumers: { q: { type: 'worker', batch_size: 5, ...more } } });
  expect(paths(wanted, live({ max_retries: 3, retry_delay: 0 }))).toEqual([]);
  expect(paths(wanted, live({ max_retries: 7, dead_letter_queue: 'dead' }))).toEqual([
    'removed queueConsumers.q.dead_letter_queue',
    'removed queueConsumers.q.max_retries',
  ]);
});

test('routes and custom domains are compared in what both sides tell of them', () => {
  const wanted = having({
    routes: { 'a.example.com/*': { zone_name: 'example.com' } },
    customDomains: { 'b.example.com': { enabled: true, previews_enabled: false } },
  });
  expect(paths(wanted, having({ routes: { 'a.example.com/*': {} } }, wanted))).toEqual([]);
  expect(
    paths(
      wanted,
      having({
        routes: { 'a.example.com/*': { zone_name: 'other.com', zone_id: '1' } },
        customDomains: { 'b.example.com': { enabled: false, zone_name: 'example.com' } },
      }),
    ),
  ).toEqual(['changed routes[a.example.com/*].zone_name', 'changed customDomains[b.example.com].enabled']);
});

test('whatever is live, what a diff reports swaps with its sides', () => {
  const bindings = dictionary(
    constantFrom('A', 'B', 'C'),
    record({ type: constantFrom('plain_text', 'json'), name: constant('x'), text: string() }),
  );
  assert(
    property(bindings, bindings, (left, right) => {
      const there = diffStates(having({ bindings: left }), having({ bindings: right }), rules);
      const back = diffStates(having({ bindings: right }), having({ bindings: left }), rules);
      const swapped = back.changes.map((change) => ({
        ...change,
        desired: change.actual,
        actual: change.desired,
      }));
      expect(swapped).toEqual(there.changes);
    }),
  );
});
