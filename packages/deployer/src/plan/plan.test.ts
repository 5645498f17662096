import { describe, expect, test } from 'vitest';
import { makeAbsent, makeDeployment, makeLive, makeVersion } from '../../test/support/live.ts';
import {
  behindMigrations,
  MIGRATIONS,
  olderCode,
  planOf,
  stepKinds,
  type PlanCase,
} from '../../test/support/plan.ts';
import { makeWorker } from '../../test/support/worker.ts';
import { DeployError } from '../errors.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { LiveWorker } from '../sections/live.ts';
import { unknown } from '../sections/section.ts';
import { blindSpot } from './plan.ts';

describe('what a plan says beside its steps', () => {
  test('how it uploads', () => {
    expect(planOf({}).upload).toBe('none');
    expect(planOf({ live: olderCode }).upload).toBe('version');
    expect(planOf({ live: () => makeAbsent() }).upload).toBe('script');
  });

  test('what the files do not declare is left, and told apart', () => {
    const plan = planOf({
      live: (worker) => makeLive(worker, { code: 'older', secrets: ['X'], crons: ['1 * * * *'] }),
      worker: { secrets: { required: [], optional: ['Y'] } },
    });
    expect(plan.changes.map(({ path, owned }) => [path, owned])).toEqual([['code', true]]);
    expect(plan.left.map(({ path, owned }) => [path, owned])).toEqual([
      ['secrets.X', false],
      ['crons[1 * * * *]', false],
    ]);
  });

  test('a code digest that nobody tells is uploaded again; a read that failed stays unknown', () => {
    const untold = planOf({
      live: (worker) => ({
        ...makeLive(worker),
        state: { ...makeLive(worker).state, code: unknown('no digest'), config: unknown('no digest') },
      }),
    });
    expect(untold.changes.map(({ path, actual }) => [path, actual])).toEqual([['code', 'not known']]);
    expect(untold.unknown.map(({ section }) => section)).toEqual(['config']);
    expect(stepKinds(untold)).toEqual(['upload-version', 'promote']);
    const error = new DeployError('API_UNREACHABLE', 'no answer');
    const failed = planOf({
      live: (worker) => ({
        ...makeLive(worker),
        state: { ...makeLive(worker).state, code: unknown('no answer', error) },
      }),
    });
    expect(failed.changes).toEqual([]);
    expect(failed.unknown).toEqual([{ section: 'code', key: null, why: 'no answer', error }]);
    expect(blindSpot(failed)).toBe(error);
  });

  test('a digest of the configuration that nobody tells is set again by itself', () => {
    const plan = planOf({
      live: (worker) => ({
        ...makeLive(worker),
        state: { ...makeLive(worker).state, config: unknown('no digest') },
      }),
    });
    expect(plan.changes.map(({ path }) => path)).toEqual(['config']);
    expect(plan.unknown).toEqual([]);
  });

  test('what is not wanted is not set again because nobody tells it', () => {
    const plan = planOf({
      bundle: null,
      live: (worker) => ({
        ...makeLive(worker, { code: null }),
        state: { ...makeLive(worker, { code: null }).state, assets: unknown('no digest') },
      }),
    });
    expect(plan.changes.filter(({ section }) => section === 'assets')).toEqual([]);
    expect(plan.unknown.map(({ section }) => section)).toEqual(['assets']);
  });

  test.each([
    ['crons that the file declares', { workersDev: true, crons: [] }, 'no answer'],
    ['crons that no file mentions', { workersDev: true }, null],
  ])('a failed read of %s stops a deploy or does not', (_name, triggers, message) => {
    const error = new DeployError('API_UNREACHABLE', 'no answer');
    const plan = planOf({
      worker: { triggers },
      live: (worker) => ({
        ...makeLive(worker),
        state: { ...makeLive(worker).state, crons: unknown('no answer', error) },
      }),
    });
    expect(blindSpot(plan)?.message ?? null).toBe(message);
  });

  test('a split that cannot be read stops nothing: no deploy carries it', () => {
    const error = new DeployError('API_UNREACHABLE', 'no answer');
    const plan = planOf({
      live: (worker) => ({
        ...makeLive(worker),
        state: { ...makeLive(worker).state, version: unknown('no answer', error) },
      }),
    });
    expect(blindSpot(plan)).toBeNull();
  });

  test('an upload overwrites what a rule leaves to others, and says so; other steps do not', () => {
    const worker = {
      bindings: [{ name: 'LEVEL', type: 'plain_text', text: 'info' }],
      drift: { ignore: ['bindings.LEVEL', 'crons*'] },
      triggers: { workersDev: true, crons: [] },
    };
    const live = (code: string) => (is: ResolvedWorker) =>
      makeLive(is, {
        code,
        crons: ['1 * * * *'],
        bindings: { LEVEL: { name: 'LEVEL', type: 'plain_text', text: 'debug' } },
      });
    const plan = planOf({ worker, live: live('older') });
    expect(plan.ignored).toEqual([
      { path: 'bindings.LEVEL.text', rule: 'bindings.LEVEL' },
      { path: 'crons[1 * * * *]', rule: 'crons*' },
    ]);
    expect(plan.findings).toMatchObject([
      { severity: 'warning', code: 'ignored-overwritten', path: 'bindings.LEVEL.text' },
    ]);
    const code = makeLive(makeWorker(worker)).state.code;
    const same = planOf({ worker, live: live(code.known ? (code.value ?? '') : '') });
    expect(same.steps).toEqual([]);
    expect(same.findings).toEqual([]);
    // Of a Worker that does not exist nobody has a value to take over.
    expect(planOf({ worker, live: () => makeAbsent() }).findings).toEqual([]);
  });

  test('a tag that the file does not list, a split and a version without traffic are told', () => {
    const live = (worker: ResolvedWorker): LiveWorker =>
      makeLive(
        worker,
        { migrations: 'v9' },
        {
          deployment: makeDeployment({
            versions: [
              { versionId: 'v1', percentage: 90 },
              { versionId: 'v0', percentage: 10 },
            ],
          }),
          undeployed: makeVersion({ id: 'v3', author: 'bob@example.com' }),
        },
      );
    const { findings } = planOf({ worker: MIGRATIONS, live });
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([
      ['unknown-migration-tag', 'warning'],
      ['split-traffic', 'info'],
      ['undeployed-version', 'info'],
    ]);
    expect(findings[0]?.message).toContain('"v9"');
    expect(findings[2]?.message).toContain('Version v3 was uploaded by bob@example.com and has no traffic');
    const nobody = planOf({
      live: (worker) => makeLive(worker, {}, { undeployed: makeVersion({ id: 'v3', author: null }) }),
    });
    expect(nobody.findings[0]?.message).toContain('Version v3 was uploaded and has no traffic');
  });

  const unreadable = (worker: ResolvedWorker): LiveWorker => {
    const live = makeLive(worker, {}, { deployments: [], deployment: null, version: null });
    const failed = unknown('no', new DeployError('API_UNREACHABLE', 'no'));
    return { ...live, state: { ...live.state, version: failed, code: failed } };
  };

  test('what could not be read is not uploaded again for that, what is not deployed is', () => {
    expect(planOf({ live: unreadable })).toMatchObject({ steps: [], upload: 'none' });
    const bare = (worker: ResolvedWorker): LiveWorker =>
      makeLive(worker, {}, { deployments: [], deployment: null, version: null });
    expect(planOf({ live: bare }).upload).toBe('version');
  });

  const split = makeDeployment({
    versions: [
      { versionId: 'v1', percentage: 100 },
      { versionId: 'v0', percentage: 0 },
    ],
  });
  test.each<[string, readonly string[], Partial<LiveWorker>, readonly string[]]>([
    [
      'from a newer version without traffic',
      ['API_KEY'],
      { undeployed: makeVersion({ id: 'v3' }) },
      ['from version v3, which may have others'],
    ],
    [
      'from the newer of two that are deployed',
      ['API_KEY'],
      { deployment: split },
      ['from the newer of the two versions, which may have others'],
    ],
    ['of which there are none', [], { undeployed: makeVersion({ id: 'v3' }) }, []],
    ['from the live version', ['API_KEY'], {}, []],
  ])('says where an upload takes secrets over %s', (_name, secrets, rest, said) => {
    const { findings } = planOf({ live: (worker) => makeLive(worker, { secrets }, rest) });
    const found = findings.filter(({ code }) => code === 'secrets-of-newest');
    expect(found.map(({ message }) => message)).toEqual(
      said.map((text) => expect.stringContaining(text) as string),
    );
  });

  test.each<[string, PlanCase, string | null]>([
    ['a new version', { live: olderCode }, null],
    [
      'a first deploy',
      { live: () => makeAbsent() },
      'It is the first deploy: there is no version to go back to.',
    ],
    [
      'a migration',
      { worker: MIGRATIONS, live: behindMigrations },
      'Durable Object migration v2 deletes Room with all objects, which cannot be undone; versions from before it cannot be deployed again.',
    ],
    [
      'a Worker of which nothing is deployed',
      { live: (worker) => makeLive(worker, {}, { deployments: [], deployment: null, version: null }) },
      'Nothing is deployed: there is no version to go back to.',
    ],
    ['deployments that could not be read', { live: unreadable }, 'What is deployed could not be read.'],
    [
      'a Worker of a dispatch namespace',
      { worker: { dispatchNamespace: 'customers' }, live: unreadable },
      'A dispatch namespace keeps no versions: "cf-deploy rollback" uploads the one before again, where it is kept.',
    ],
  ])('whether one can go back: %s', (_name, given, why) => {
    expect(planOf(given).reversible).toEqual({ possible: why === null, why });
  });
});
