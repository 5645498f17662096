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
import { makeHealthCheck } from '../../test/support/worker.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { LiveWorker } from '../sections/live.ts';
import { unknown } from '../sections/section.ts';

const OBJECT = { type: 'durable_object_namespace', name: 'ROOMS', class_name: 'Room' };

describe('whether the new version is asked before it has traffic', () => {
  const health = makeHealthCheck();
  const auto = { verifyBefore: 'auto' } as const;
  const split = makeDeployment({
    versions: [
      { versionId: 'v1', percentage: 50 },
      { versionId: 'v0', percentage: 50 },
    ],
  });
  test.each<[string, PlanCase, string | null]>([
    [
      'it is, where the check tells the version',
      { worker: { health }, live: olderCode, options: auto },
      null,
    ],
    [
      'not on a first deploy',
      { worker: { health }, live: () => makeAbsent(), options: auto },
      'it is the first deploy, which is live with its upload',
    ],
    [
      'not with a migration',
      { worker: { health, ...MIGRATIONS }, live: behindMigrations, options: auto },
      'what it changes goes live with its upload (migrations, exports, format)',
    ],
    ['not where it is switched off', { worker: { health }, live: olderCode }, 'it is switched off'],
    [
      'not by itself where the same code proved well',
      { worker: { health }, live: olderCode, options: { ...auto, provenCode: true } },
      'the same code is live and well on another target of this release',
    ],
    [
      'not by itself where its own Durable Objects take part',
      { worker: { health, bindings: [OBJECT] }, live: olderCode, options: auto },
      'its Durable Objects would still run the code of the live version',
    ],
    [
      'it is where they are of another script',
      { worker: { health, bindings: [{ ...OBJECT, script_name: 'other' }] }, live: olderCode, options: auto },
      null,
    ],
    [
      'always: there too, once more',
      { worker: { health }, live: olderCode, options: { verifyBefore: 'always', provenCode: true } },
      null,
    ],
    [
      'not by itself in a gradual deploy',
      { worker: { health }, live: olderCode, options: { ...auto, strategy: 'gradual' } },
      'its first step asks it by its name, with a share of the traffic',
    ],
    ['not without a check', { live: olderCode, options: auto }, 'the tenant declares no health check'],
    [
      'not where nothing is deployed',
      {
        worker: { health },
        live: (worker) => makeLive(worker, { code: 'older' }, { deployment: null }),
        options: auto,
      },
      'no version is deployed beside which it could be put',
    ],
    [
      'not in a split',
      {
        worker: { health },
        live: (worker) => makeLive(worker, { code: 'older' }, { deployment: split }),
        options: auto,
      },
      'the traffic is split already',
    ],
    [
      'not with exports',
      {
        worker: { health, exports: { Flow: { type: 'workflow' } } },
        live: olderCode,
        options: { verifyBefore: 'always' },
      },
      'versions with exports of different classes cannot share a deployment',
    ],
    [
      'not at an address of its own',
      {
        worker: { health: makeHealthCheck({ url: 'https://shop.example.com' }) },
        live: olderCode,
        options: auto,
      },
      'healthCheck.url is not an address of the Worker itself',
    ],
    [
      'not without a URL',
      { worker: { health }, live: olderCode, options: { ...auto, url: null } },
      'the Worker has no URL',
    ],
    [
      'not by itself where the check does not tell',
      { worker: { health: makeHealthCheck({ versionFrom: null }) }, live: olderCode, options: auto },
      'the health check does not tell which version answered; set healthCheck.versionFrom',
    ],
    [
      'always: there too',
      {
        worker: { health: makeHealthCheck({ versionFrom: null }) },
        live: olderCode,
        options: { verifyBefore: 'always' },
      },
      null,
    ],
  ])('%s', (_name, given, why) => {
    const plan = planOf(given);
    expect(plan.beforeTraffic).toEqual({ checked: why === null, why });
    expect(stepKinds(plan).includes('check-version')).toBe(why === null);
    expect(stepKinds(plan).includes('stage')).toBe(why === null);
  });

  test('nothing is uploaded: nothing is asked, and there is no reason to give', () => {
    expect(planOf({ worker: { health }, options: auto }).beforeTraffic).toEqual({
      checked: false,
      why: null,
    });
  });

  const urls = { workersDev: true, previewUrls: true };
  const withUrls = (worker: ResolvedWorker): LiveWorker =>
    makeLive(worker, { code: 'older', workersDev: { enabled: true, previews_enabled: true } });
  test('at its own URL, where it has one, whatever was asked for', () => {
    const plan = planOf({ worker: { health, triggers: urls }, live: withUrls });
    expect(plan.steps.slice(0, 3)).toEqual([
      { kind: 'upload-version', inheritedSecrets: [] },
      { kind: 'check-version', staged: false },
      { kind: 'promote', versionId: null, force: false },
    ]);
    expect(plan.beforeTraffic).toEqual({ checked: true, why: null });
  });

  test.each<[string, PlanCase]>([
    ['the tenant declares no check', { worker: { triggers: urls }, live: withUrls }],
    ['the files do not want version URLs', { worker: { health }, live: withUrls }],
    [
      'the files want none',
      { worker: { health, triggers: { workersDev: true, previewUrls: false } }, live: withUrls },
    ],
    [
      'they are not on yet',
      {
        worker: { health, triggers: urls },
        live: (worker) =>
          makeLive(worker, { code: 'older', workersDev: { enabled: true, previews_enabled: false } }),
      },
    ],
    [
      'nobody could read whether they are on',
      {
        worker: { health, triggers: urls },
        live: (worker) => ({
          ...olderCode(worker),
          state: { ...olderCode(worker).state, workersDev: unknown('broken') },
        }),
      },
    ],
    [
      'the Worker has Durable Objects',
      {
        worker: { health, triggers: urls, ...MIGRATIONS },
        live: (worker) =>
          makeLive(worker, {
            code: 'older',
            workersDev: { enabled: true, previews_enabled: true },
            migrations: 'v2',
          }),
      },
    ],
    [
      'the Worker has exports',
      { worker: { health, triggers: urls, exports: { Flow: { type: 'workflow' } } }, live: withUrls },
    ],
  ])('a version has no URL to ask where %s', (_name, given) => {
    expect(planOf(given).beforeTraffic.checked).toBe(false);
  });

  test('a script upload has none either', () => {
    const given = {
      worker: { health, triggers: urls },
      bundle: { format: 'service-worker' },
      live: withUrls,
    };
    expect(planOf(given as PlanCase).beforeTraffic).toEqual({
      checked: false,
      why: 'what it changes goes live with its upload (migrations, exports, format)',
    });
  });
});
