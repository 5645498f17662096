import { describe, expect, test } from 'vitest';
import { makeWorker } from '../../../test/support/worker.ts';
import type { ResolvedWorker } from '../../resolve/resolved-worker.ts';
import { memberFacts, targetName } from './fleet-target.ts';
import { neededScripts, workerOrder } from './worker-order.ts';

const worker = (name: string, fields: Partial<ResolvedWorker> = {}): ResolvedWorker =>
  makeWorker({ worker: name, scriptName: `acme-${name}`, ...fields });
const service = (...names: readonly string[]): Partial<ResolvedWorker> => ({
  bindings: names.map((name) => ({ name, type: 'service', service: `acme-${name}` })),
});
const classOf = (name: string): Partial<ResolvedWorker> => ({
  bindings: [
    { name, type: 'durable_object_namespace', class_name: 'X', script_name: `acme-${name}` },
    { name: `${name}2`, type: 'service', service: `acme-${name}` },
  ],
});
const logsTo = (name: string): Partial<ResolvedWorker> => ({
  settings: { tail_consumers: [{ service: `acme-${name}` }] },
});
const sends = (queue: string): Partial<ResolvedWorker> => ({
  bindings: [{ name: 'Q', type: 'queue', queue_name: queue }],
});
const consumes = (queue: string, more: Partial<ResolvedWorker> = {}): Partial<ResolvedWorker> => ({
  triggers: { workersDev: false, queueConsumers: [{ type: 'worker', queue, settings: {} }] },
  ...more,
});
const order = (...workers: readonly ResolvedWorker[]): string =>
  workerOrder(workers)
    .map(({ worker: name }) => name)
    .join(' ');

describe('the Workers of a tenant are deployed', () => {
  test.each<[string, readonly ResolvedWorker[], string]>([
    ['as they are written', [worker('a'), worker('b')], 'a b'],
    ['after those they use', [worker('a', service('b')), worker('b', service('c')), worker('c')], 'c b a'],
    [
      'after those they use once',
      [worker('a', service('c')), worker('b', service('c')), worker('c')],
      'c a b',
    ],
    ['whatever they bind of others', [worker('a', service('elsewhere')), worker('b')], 'a b'],
    ['whatever they bind of themselves', [worker('a', service('a')), worker('b')], 'a b'],
    ['consumers before senders', [worker('a', sends('q')), worker('b', consumes('q'))], 'b a'],
    ['consumers of other queues wherever', [worker('a', sends('q')), worker('b', consumes('p'))], 'a b'],
    [
      'as written where each consumes what the other sends',
      [worker('a', consumes('p', sends('q'))), worker('b', consumes('q', sends('p')))],
      'b a',
    ],
    [
      'consumers after what they use, though something sends to them',
      [worker('a', { bindings: [...(sends('q').bindings ?? [])] }), worker('b', consumes('q', service('a')))],
      'a b',
    ],
    ['in a circle of services as written', [worker('a', service('b')), worker('b', service('a'))], 'a b'],
    [
      'as written where only one in a dispatch namespace has the name',
      [worker('a', service('b')), worker('b', { dispatchNamespace: 'n' })],
      'a b',
    ],
    ['one that sends to itself as written', [worker('a', consumes('q', sends('q'))), worker('b')], 'a b'],
  ])('%s', (_name, workers, expected) => {
    expect(order(...workers)).toBe(expected);
  });

  test('not at all where they need each other, and the circle is named', () => {
    const workers = [worker('a', service('b')), worker('b', classOf('c')), worker('c', logsTo('b'))];
    expect(() => workerOrder(workers)).toThrow('The Workers of acme need each other: b → c → b.');
    const unnamed = [
      makeWorker({ scriptName: 'acme-x', ...classOf('y') }),
      makeWorker({ scriptName: 'acme-y', ...classOf('x') }),
    ];
    expect(() => workerOrder(unnamed)).toThrow('acme-x → acme-y → acme-x');
  });
});

test('needed are services, classes of other scripts and whoever tails', () => {
  expect(
    neededScripts({
      bindings: [
        { name: 'A', type: 'service', service: 'a', script_name: 'not this' },
        { name: 'B', type: 'durable_object_namespace', class_name: 'B', script_name: 'b' },
        { name: 'C', type: 'durable_object_namespace', class_name: 'C', service: 'not this' },
      ],
      settings: { tail_consumers: [{ service: 'd' }], streaming_tail_consumers: [{ service: 'e' }] },
    }),
  ).toEqual([
    { script: 'a', soft: true },
    { script: 'b', soft: false },
    { script: 'd', soft: false },
    { script: 'e', soft: false },
  ]);
  expect(neededScripts({ bindings: [], settings: {} })).toEqual([]);
});

describe('the facts of a target', () => {
  const shape = (fields: Partial<ResolvedWorker> = {}): string => memberFacts(makeWorker(fields)).shape;
  test.each<[string, Partial<ResolvedWorker>]>([
    ['one of several Workers', { worker: 'api' }],
    ['a binding', service('x')],
    ['a secret', { secrets: { required: ['A'] } }],
    ['a date', { compatibilityDate: '2026-03-01' }],
    ['a flag', { compatibilityFlags: ['x'] }],
    ['a trigger', { triggers: { workersDev: true, crons: [] } }],
    ['no workers.dev', { triggers: { workersDev: false } }],
    ['a setting', { settings: { logpush: true } }],
    ['a setting of the runtime', { runtime: { limits: { cpu_ms: 5 } } }],
    ['a migration', { migrations: [{ tag: 'v1' }] }],
    ['exports', { exports: {} }],
    ['an export', { exports: { A: {} } }],
    ['assets', { assets: {} as never }],
    ['code', { build: {} as never }],
    ['a health check', { health: {} as never }],
    ['a namespace', { dispatchNamespace: 'n' }],
  ])('tell %s apart', (_name, fields) => {
    expect(shape(fields)).not.toBe(shape());
  });

  test.each<[string, Partial<ResolvedWorker>, Partial<ResolvedWorker>]>([
    ['names', { scriptName: 'a', tenant: 'a' }, { scriptName: 'b', tenant: 'b' }],
    ['the order of bindings', service('x', 'y'), service('y', 'x')],
    ['values', { settings: { logpush: true } }, { settings: { logpush: false } }],
    ['the order of secrets', { secrets: { required: ['A', 'B'] } }, { secrets: { required: ['B', 'A'] } }],
    ['the order of flags', { compatibilityFlags: ['a', 'b'] }, { compatibilityFlags: ['b', 'a'] }],
  ])('do not tell %s apart', (_name, one, other) => {
    expect(shape(one)).toBe(shape(other));
  });

  test('name scripts with their account, each once', () => {
    const facts = memberFacts(
      makeWorker({ accountId: 'ABC', labels: { tier: 'free' }, ...service('x', 'x') }),
    );
    expect(facts).toMatchObject({
      script: 'abc acme',
      needs: [{ script: 'abc acme-x', soft: true }],
      labels: { tier: 'free' },
    });
  });

  test('a target is named after its tenant, and its Worker where there are several', () => {
    expect([targetName('acme', null), targetName('acme', 'api')]).toEqual(['acme', 'acme/api']);
  });
});
