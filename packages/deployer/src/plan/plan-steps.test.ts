import { describe, expect, test } from 'vitest';
import { makeAbsent, makeDeployment, makeLive } from '../../test/support/live.ts';
import {
  behindMigrations,
  MIGRATIONS,
  olderCode,
  planOf,
  stepKinds,
  type PlanCase,
} from '../../test/support/plan.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { LiveWorker } from '../sections/live.ts';
import { digestOf } from '../sections/marker.ts';
import { unasked } from '../sections/section.ts';

describe('which steps a plan has', () => {
  test.each<[string, PlanCase, readonly string[]]>([
    ['nothing differs: none', {}, []],
    ['force: the upload all the same', { options: { force: true } }, ['upload-version', 'promote']],
    ['other code: a new version', { live: olderCode }, ['upload-version', 'promote']],
    ['a first deploy: the script', { live: () => makeAbsent() }, ['upload-script', 'subdomain']],
    [
      'a Worker without a deployment: a new version',
      { live: (worker) => makeLive(worker, {}, { deployment: null }) },
      ['upload-version', 'promote'],
    ],
    [
      'one in a dispatch namespace has no deployments',
      {
        worker: { dispatchNamespace: 'customers' },
        live: (worker) => makeLive(worker, {}, { deployment: null }),
      },
      [],
    ],
    [
      'settings of one in a dispatch namespace travel with the upload',
      {
        worker: { dispatchNamespace: 'customers', settings: { logpush: true } },
        live: (worker) =>
          makeLive(worker, {
            settings: { logpush: false, observability: { enabled: false }, tail_consumers: [], tags: [] },
          }),
      },
      ['upload-script'],
    ],
    [
      'settings of one of its own have a step',
      {
        worker: { settings: { logpush: true } },
        live: (worker) =>
          makeLive(worker, {
            settings: { logpush: false, observability: { enabled: false }, tail_consumers: [], tags: [] },
          }),
      },
      ['script-settings'],
    ],
    ['a pending migration: the script', { worker: MIGRATIONS, live: behindMigrations }, ['upload-script']],
    [
      'a migration that is there already: a new version',
      { worker: MIGRATIONS, live: (worker) => makeLive(worker, { code: 'older', migrations: 'v2' }) },
      ['upload-version', 'promote'],
    ],
    [
      'service-worker syntax: the script',
      { bundle: { format: 'service-worker' }, live: olderCode },
      ['upload-script'],
    ],
    [
      'exported Durable Objects: the script',
      { worker: { exports: { Room: { type: 'durable-object' } } }, live: olderCode },
      ['upload-script'],
    ],
    [
      'exported workflows: a new version',
      { worker: { exports: { Flow: { type: 'workflow' } } }, live: olderCode },
      ['upload-version', 'promote'],
    ],
    [
      'crons that differ: their step alone',
      {
        worker: { triggers: { workersDev: true, crons: ['1 * * * *'] } },
        live: (worker) => makeLive(worker, { crons: [] }),
      },
      ['crons'],
    ],
    [
      'crons that no file mentions: none',
      { live: (worker) => makeLive(worker, { crons: ['1 * * * *'] }) },
      [],
    ],
    [
      'what a rule leaves to others: none',
      {
        worker: { triggers: { workersDev: true, crons: ['1 * * * *'] }, drift: { ignore: ['crons*'] } },
        live: (worker) => makeLive(worker, { crons: [] }),
      },
      [],
    ],
  ])('%s', (_name, given, expected) => {
    expect(stepKinds(planOf(given))).toEqual(expected);
  });

  test('assets go up before the version', () => {
    const assets = {
      directory: 'public',
      binding: null,
      config: {},
    } as unknown as NonNullable<ResolvedWorker['assets']>;
    expect(stepKinds(planOf({ worker: { assets }, live: olderCode }))).toEqual([
      'upload-assets',
      'upload-version',
      'promote',
    ]);
    expect(stepKinds(planOf({ worker: { assets }, live: () => makeAbsent() }))).toEqual([
      'upload-assets',
      'upload-script',
      'subdomain',
    ]);
  });

  test('the upload says which secrets must be there, those that are', () => {
    const secrets = { required: ['A', 'B'] };
    const live = (worker: ResolvedWorker): LiveWorker =>
      makeLive(worker, { code: 'older', secrets: ['B', 'C'] });
    expect(planOf({ worker: { secrets }, live }).steps[0]).toEqual({
      kind: 'upload-version',
      inheritedSecrets: ['B'],
    });
    const unread = (worker: ResolvedWorker): LiveWorker => ({
      ...olderCode(worker),
      state: { ...olderCode(worker).state, secrets: unasked('nobody asked') },
    });
    expect(planOf({ worker: { secrets }, live: unread }).steps[0]).toMatchObject({ inheritedSecrets: [] });
  });

  test('only a new Worker gets its tags, and a word about a binding to itself, with the upload', () => {
    const worker = {
      hasEnvironments: true,
      environment: 'staging',
      serviceName: 'shop',
      bindings: [{ name: 'SELF', type: 'service', service: 'acme' }],
      ...MIGRATIONS,
    };
    expect(planOf({ worker, live: () => makeAbsent() }).steps[0]).toEqual({
      kind: 'upload-script',
      exists: false,
      migrations: { new_tag: 'v2', steps: [{ new_sqlite_classes: ['Room'] }, { deleted_classes: ['Room'] }] },
      tags: ['cf:environment=staging', 'cf:service=shop'],
      toItself: ['SELF'],
      inheritedSecrets: [],
    });
    expect(planOf({ worker, live: behindMigrations }).steps[0]).toEqual({
      kind: 'upload-script',
      exists: true,
      migrations: { old_tag: 'v1', new_tag: 'v2', steps: [{ deleted_classes: ['Room'] }] },
      inheritedSecrets: [],
      keptSettings: { logpush: false, observability: { enabled: false }, tail_consumers: [] },
    });
    const other = { bindings: [{ name: 'OTHER', type: 'service', service: 'shop' }] };
    expect(planOf({ worker: other, live: () => makeAbsent() }).steps[0]).toEqual({
      kind: 'upload-script',
      exists: false,
      migrations: null,
      inheritedSecrets: [],
    });
    const named = { bindings: [{ name: 'acme', type: 'plain_text', text: 'x', service: 'acme' }] };
    expect(planOf({ worker: named, live: () => makeAbsent() }).steps[0]).not.toHaveProperty('toItself');
  });

  test('options of workflows are noted last, but not where the note would end a split', () => {
    const workflows = [{ name: 'w', className: 'W', options: { limits: { steps: 5 } } }];
    const worker = { triggers: { workersDev: true, workflows } };
    const live = (is: ResolvedWorker): LiveWorker => makeLive(is, { workflowOptions: null });
    const plan = planOf({ worker, live });
    expect(plan.steps).toEqual([
      { kind: 'workflows', put: workflows, created: ['w'] },
      { kind: 'mark', triggers: digestOf({ w: { limits: { steps: 5 } } }).slice(0, 16) },
    ]);
    const split = makeDeployment({
      versions: [
        { versionId: 'v1', percentage: 90 },
        { versionId: 'v0', percentage: 10 },
      ],
    });
    expect(stepKinds(planOf({ worker, live: (is) => ({ ...live(is), deployment: split }) }))).toEqual([
      'workflows',
    ]);
    const none = { triggers: { workersDev: true, workflows: [{ name: 'w', className: 'W', options: {} }] } };
    const marked = (is: ResolvedWorker): LiveWorker => makeLive(is, { workflowOptions: 'before' });
    expect(planOf({ worker: none, live: marked }).steps.at(-1)).toEqual({ kind: 'mark', triggers: 'none' });
    expect(stepKinds(planOf({ worker, live: () => makeAbsent() }))).toEqual([
      'upload-script',
      'subdomain',
      'workflows',
      'mark',
    ]);
  });

  test('a list that is replaced keeps what a rule leaves to others', () => {
    const worker = {
      triggers: { workersDev: true, crons: ['1 * * * *', '2 * * * *'] },
      drift: { ignore: ['crons[9 *', 'crons[2 *'] },
    };
    const live = (is: ResolvedWorker): LiveWorker => makeLive(is, { crons: ['9 * * * *', '8 * * * *'] });
    expect(planOf({ worker, live }).steps).toEqual([
      { kind: 'crons', before: ['9 * * * *', '8 * * * *'], after: ['1 * * * *', '9 * * * *'] },
    ]);
  });
});
