import { assert, constant, constantFrom, dictionary, property, record, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeBundle, makeWorker } from '../../test/support/worker.ts';
import { desiredState } from './desired.ts';
import { diffStates } from './diff.ts';
import type { WorkerState } from './worker-state.ts';

const base = desiredState(makeWorker(), makeBundle(), null);
const paths = (desired: WorkerState, actual: WorkerState, keepVars = false): string[] =>
  diffStates(desired, actual, { keepVars }).changes.map(({ kind, path }) => `${kind} ${path}`);
const variable = (name: string, text: string) => ({ [name]: { type: 'plain_text', name, text } });

test('equal states have no difference', () => {
  expect(diffStates(base, base, { keepVars: false })).toEqual({ changes: [], unknown: [] });
});

test('assets that somebody else uploaded are unknown, not missing', () => {
  const wanted: WorkerState = { ...base, assets: { known: true, value: { digest: 'a' } } };
  const live = (assets: WorkerState['assets']): WorkerState => ({ ...base, assets });
  expect(diffStates(wanted, live({ known: false, why: 'no digest' }), { keepVars: false })).toEqual({
    changes: [],
    unknown: [{ section: 'assets', why: 'no digest' }],
  });
  expect(paths(wanted, live({ known: true, value: null }))).toEqual(['added assets']);
});

describe('bindings are compared from both sides', () => {
  const wanted = { ...base, bindings: { ...variable('A', '1'), ...variable('B', '2') } };
  test('a lost one, a changed one and a foreign one are each named', () => {
    const live = { ...base, bindings: { ...variable('B', '3'), ...variable('C', '4') } };
    expect(paths(wanted, live)).toEqual([
      'added bindings.A',
      'changed bindings.B.text',
      'removed bindings.C',
    ]);
  });

  test('another kind under the same name is one change of the whole', () => {
    const live = {
      ...wanted,
      bindings: { ...variable('A', '1'), B: { type: 'kv_namespace', name: 'B', namespace_id: 'x' } },
    };
    expect(paths(wanted, live)).toEqual(['changed bindings.B']);
  });

  test('with keep_vars, variables of the dashboard are left alone, other bindings are not', () => {
    const live = {
      ...wanted,
      bindings: {
        ...wanted.bindings,
        ...variable('C', '4'),
        D: { type: 'kv_namespace', name: 'D', namespace_id: 'x' },
      },
    };
    expect(paths(wanted, live, true)).toEqual(['removed bindings.D']);
  });

  test('an inherited one is whatever is there of its kind', () => {
    const kept = desiredState(
      makeWorker({ inherited: [{ name: 'KV', type: 'kv_namespace' }] }),
      makeBundle(),
      null,
    );
    const live = (type: string): WorkerState => ({
      ...kept,
      bindings: { KV: { type, name: 'KV', namespace_id: 'x' } },
    });
    expect(paths(kept, live('kv_namespace'))).toEqual([]);
    expect(paths(kept, live('r2_bucket'))).toEqual(['changed bindings.KV']);
    expect(paths(kept, { ...kept, bindings: {} })).toEqual(['added bindings.KV']);
  });

  test('a binding called like a property of objects is no special case', () => {
    const live = { ...base, bindings: JSON.parse('{"__proto__":{"type":"ai","name":"__proto__"}}') as never };
    expect(paths(base, live)).toEqual(['removed bindings.__proto__']);
  });
});

test('a missing Worker is one difference', () => {
  expect(paths(base, { ...base, exists: false })).toEqual(['added worker']);
});

test('unknown is not absent: it is told apart, and is no difference', () => {
  const actual: WorkerState = { ...base, crons: { known: false, why: 'not readable' }, codeDigest: null };
  expect(diffStates(base, actual, { keepVars: false })).toEqual({
    changes: [],
    unknown: [
      { section: 'code', why: 'the live version carries no digest of its code' },
      { section: 'crons', why: 'not readable' },
    ],
  });
});

test('crons are named one by one, whatever their order', () => {
  const wanted: WorkerState = { ...base, crons: { known: true, value: ['0 1 * * *', '0 2 * * *'] } };
  const live: WorkerState = { ...base, crons: { known: true, value: ['0 3 * * *', '0 1 * * *'] } };
  expect(paths(wanted, live)).toEqual(['added crons[0 2 * * *]', 'removed crons[0 3 * * *]']);
});

test('secrets nobody declares are left alone; beside declared ones they are drift', () => {
  expect(paths(base, { ...base, secrets: ['X'] })).toEqual([]);
  expect(paths({ ...base, secrets: ['A'] }, { ...base, secrets: ['X'] })).toEqual([
    'added secrets.A',
    'removed secrets.X',
  ]);
});

test('a difference in fields that cannot be read back shows as one of the configuration', () => {
  expect(paths(base, { ...base, configDigest: 'other' })).toEqual(['changed config']);
  expect(paths(base, { ...base, configDigest: null })).toEqual([]);
  expect(paths(base, { ...base, configDigest: 'other', codeDigest: 'other' })).toEqual(['changed code']);
});

test('queue consumers are compared in the settings that are written', () => {
  const wanted: WorkerState = {
    ...base,
    queueConsumers: { known: true, value: { q: { type: 'worker', batch_size: 5 } } },
  };
  const live: WorkerState = {
    ...base,
    queueConsumers: { known: true, value: { q: { type: 'worker', batch_size: 5, max_retries: 3 } } },
  };
  expect(paths(wanted, live)).toEqual([]);
});

test('whatever is live, what a diff reports swaps with its sides', () => {
  const bindings = dictionary(
    constantFrom('A', 'B', 'C'),
    record({ type: constantFrom('plain_text', 'json'), name: constant('x'), text: string() }),
  );
  assert(
    property(bindings, bindings, (left, right) => {
      const there = diffStates(
        { ...base, bindings: left },
        { ...base, bindings: right },
        { keepVars: false },
      );
      const back = diffStates({ ...base, bindings: right }, { ...base, bindings: left }, { keepVars: false });
      const swapped = back.changes.map((change) => ({
        ...change,
        kind: { added: 'removed', removed: 'added', changed: 'changed' }[change.kind],
        desired: change.actual,
        actual: change.desired,
      }));
      expect(swapped).toEqual(there.changes);
    }),
  );
});
