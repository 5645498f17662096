import { describe, expect, test } from 'vitest';
import { makeAbsent, makeDeployment, makeLive, makeVersion, markedBy } from '../../test/support/live.ts';
import { olderCode, planOf, type PlanCase } from '../../test/support/plan.ts';
import type { Deployment } from '../cloudflare/shapes.ts';
import { DeployError } from '../errors.ts';
import { compact } from '../json.ts';
import type { Step, StepKind } from '../plan/step.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { LiveWorker } from '../sections/live.ts';
import { unknown } from '../sections/section.ts';
import { endStateAfter } from './end-state.ts';
import type { Reading } from './evidence.ts';
import type { Leftover, RunOutcome, StepStatus } from './run.ts';

const ERROR = new DeployError('API_UNREACHABLE', 'no answer');
const OURS = makeDeployment({
  id: 'd2',
  annotations: markedBy('run'),
  versions: [{ versionId: 'v2', percentage: 100 }],
});
const THEIRS = makeDeployment({
  id: 'd9',
  author: 'bob@example.com',
  source: 'dash',
  createdOn: '2026-03-01T00:00:00Z',
  versions: [{ versionId: 'v9', percentage: 100 }],
});
const CRONS = { triggers: { workersDev: true, crons: ['1 * * * *'] } };

/** A run of which each step came to something. */
function ran(steps: Partial<Record<StepKind, StepStatus>>, more: Partial<RunOutcome> = {}): RunOutcome {
  return {
    steps: Object.entries(steps).map(([kind, status]) => ({
      step: { kind } as Step,
      description: kind,
      status,
      ...(status === 'reverted' ? { undone: true } : {}),
    })),
    progress: {},
    leftovers: [],
    error: null,
    wrote: true,
    ...more,
  };
}

function truth(
  given: PlanCase & {
    readonly outcome: RunOutcome;
    readonly after: (worker: ResolvedWorker) => LiveWorker;
    readonly uploaded?: string | null;
    readonly target?: string;
  },
) {
  const plan = { ...planOf(given), target: given.target ?? null };
  const reading: Reading = {
    after: given.after(plan.release.worker),
    uploaded: given.uploaded ?? null,
    run: 'run',
  };
  return endStateAfter(plan, given.outcome, reading);
}

const newIsLive = (worker: ResolvedWorker, parts: Parameters<typeof makeLive>[1] = {}): LiveWorker =>
  makeLive(worker, parts, {
    deployment: OURS,
    deployments: [OURS, makeDeployment()],
    version: makeVersion({ id: 'v2' }),
  });
const DONE = ran({ 'upload-version': 'done', promote: 'done' });

test('what could not be read is unknown, and every leftover that was named stays named', () => {
  const leftovers: readonly Leftover[] = [
    { step: 'upload-version', text: 'a version', certain: true },
    { step: 'crons', text: 'crons', certain: false },
  ];
  expect(endStateAfter(planOf({}), ran({}, { leftovers, error: ERROR }), null)).toEqual({
    endState: 'unknown',
    leftovers: ['a version', 'crons'],
    meanwhile: null,
  });
});

test('a run that stopped before its first write has changed nothing, also where nothing can be read', () => {
  const outcome = ran({ 'upload-script': 'failed' }, { error: ERROR, wrote: false });
  expect(endStateAfter(planOf({}), outcome, null)).toEqual({
    endState: 'untouched',
    leftovers: [],
    meanwhile: null,
  });
});

describe('where the new version is live', () => {
  test('all as wanted is live', () => {
    expect(truth({ live: olderCode, outcome: DONE, after: newIsLive, uploaded: 'v2' })).toEqual({
      endState: 'live',
      leftovers: [],
      meanwhile: null,
    });
  });

  test('what is missing is named', () => {
    expect(
      truth({
        worker: CRONS,
        live: olderCode,
        outcome: ran({ 'upload-version': 'done', promote: 'done', crons: 'failed' }, { error: ERROR }),
        after: (worker) => newIsLive(worker, { crons: [] }),
        uploaded: 'v2',
      }),
    ).toMatchObject({
      endState: 'live-partly',
      leftovers: ['differs from what was wanted: crons[1 * * * *]'],
    });
  });

  test('what a rule leaves to others, or the files do not declare, is not missing', () => {
    const worker = { ...CRONS, drift: { ignore: ['crons*'] } };
    const after = (is: ResolvedWorker): LiveWorker => newIsLive(is, { crons: ['9 * * * *'], secrets: ['X'] });
    expect(truth({ worker, live: olderCode, outcome: DONE, after, uploaded: 'v2' })).toMatchObject({
      endState: 'live',
      leftovers: [],
    });
    expect(truth({ live: olderCode, outcome: DONE, after, uploaded: 'v2' })).toMatchObject({
      endState: 'live',
    });
  });

  test.each([['reverted'], ['left']] as const)('a version whose undoing came to %s stays live', (status) => {
    const outcome = ran(
      { 'upload-version': 'left', promote: status },
      { leftovers: [{ step: 'promote', text: 'the traffic', certain: true }], error: ERROR },
    );
    expect(truth({ live: olderCode, outcome, after: newIsLive, uploaded: 'v2' })).toMatchObject({
      endState: 'live',
      leftovers: ['version v2 of Worker acme: could not be taken back, stays live', 'the traffic'],
    });
  });

  test('undoing that failed, and the uploaded version, are told from what is there', () => {
    const leftovers: readonly Leftover[] = [
      { step: 'upload-version', text: 'the version', certain: true },
      { step: 'crons', text: 'could not undo', certain: false },
    ];
    const outcome = ran({ 'upload-version': 'done', promote: 'done' }, { leftovers });
    expect(truth({ live: olderCode, outcome, after: newIsLive, uploaded: 'v2' }).leftovers).toEqual([]);
  });
});

describe('where nothing was uploaded', () => {
  const crons = (value: readonly string[]) => (worker: ResolvedWorker) => makeLive(worker, { crons: value });

  test('a step that failed and arrived all the same is live', () => {
    const outcome = ran({ crons: 'failed' }, { error: ERROR });
    expect(truth({ worker: CRONS, live: crons([]), outcome, after: crons(['1 * * * *']) })).toMatchObject({
      endState: 'live',
      leftovers: [],
    });
  });

  test('a step that failed and did not arrive left the Worker untouched', () => {
    const outcome = ran({ crons: 'failed' }, { error: ERROR });
    expect(truth({ worker: CRONS, live: crons([]), outcome, after: crons([]) })).toMatchObject({
      endState: 'untouched',
      leftovers: [],
    });
  });

  test('a step that was undone is rolled back, unless it only sent assets', () => {
    const outcome = ran({ crons: 'reverted', 'script-settings': 'failed' }, { error: ERROR });
    expect(truth({ worker: CRONS, live: crons([]), outcome, after: crons([]) }).endState).toBe('rolled-back');
    const assets = ran({ 'upload-assets': 'reverted', crons: 'failed' }, { error: ERROR });
    expect(truth({ worker: CRONS, live: crons([]), outcome: assets, after: crons([]) }).endState).toBe(
      'untouched',
    );
  });

  test('what was undone while somebody else deployed may have been theirs by then, and that is said', () => {
    const after = (worker: ResolvedWorker): LiveWorker =>
      makeLive(worker, { crons: [], code: 'theirs' }, { deployment: THEIRS });
    const outcome = ran({ promote: 'left', crons: 'reverted' }, { error: ERROR });
    const { endState, leftovers } = truth({ worker: CRONS, live: crons([]), outcome, after });
    expect(endState).toBe('rolled-back');
    expect(leftovers).toEqual([
      'undone while somebody else deployed: "crons"; what they set of it, if anything, is not known',
    ]);

    const alone = (worker: ResolvedWorker): LiveWorker => makeLive(worker, { crons: [] });
    expect(truth({ worker: CRONS, live: crons([]), outcome, after: alone }).leftovers).toEqual([]);
  });

  test.each<[string, readonly string[], string]>([
    ['and set over all that it had set is gone', [], 'rolled-back'],
    ['and left standing what it had set is partly live', ['1 * * * *'], 'live-partly'],
  ])('a run that somebody deployed over %s', (_name, value, endState) => {
    const after = (worker: ResolvedWorker): LiveWorker =>
      makeLive(worker, { crons: value, code: 'theirs' }, { deployment: THEIRS });
    expect(truth({ worker: CRONS, live: crons([]), outcome: ran({ crons: 'done' }), after })).toMatchObject({
      endState,
      meanwhile: expect.stringContaining('bob@example.com deployed v9 meanwhile') as string,
    });
  });

  const SPLIT = makeDeployment({
    versions: [
      { versionId: 'v1', percentage: 70 },
      { versionId: 'v0', percentage: 30 },
    ],
  });
  const splitAs =
    (id: string) =>
    (worker: ResolvedWorker): LiveWorker =>
      makeLive(worker, {}, { deployment: { ...SPLIT, id } });

  test('a split that could not be ended and stands as it was found is untouched', () => {
    const outcome = ran({ promote: 'failed' }, { error: ERROR });
    expect(truth({ live: splitAs('d1'), outcome, after: splitAs('d1') })).toEqual({
      endState: 'untouched',
      leftovers: [],
      meanwhile: null,
    });
  });

  test('a split that was ended and put back as it was found is rolled back', () => {
    const outcome = ran({ promote: 'reverted' }, { error: ERROR });
    expect(truth({ live: splitAs('d1'), outcome, after: splitAs('d9') })).toMatchObject({
      endState: 'rolled-back',
      leftovers: [],
    });
  });

  test('a split that somebody made over one that this run could not end is theirs', () => {
    const outcome = ran({ promote: 'failed' }, { error: ERROR });
    expect(truth({ live: splitAs('d1'), outcome, after: splitAs('d9') })).toEqual({
      endState: 'untouched',
      leftovers: [],
      meanwhile: expect.stringContaining('deployed v1 and v0 meanwhile') as string,
    });
  });

  test('a split that somebody made beside what this run set leaves it partly live', () => {
    const outcome = ran({ 'script-settings': 'done' });
    const live = (worker: ResolvedWorker): LiveWorker => makeLive(worker, { settings: { logpush: false } });
    expect(truth({ live, outcome, after: splitAs('d9') })).toMatchObject({
      endState: 'live-partly',
      leftovers: ['version v0: still has 30 % of the traffic'],
    });
  });

  test('a split that somebody made once more before this run wrote anything is untouched by it', () => {
    const outcome = ran({ promote: 'failed' }, { error: ERROR, wrote: false });
    expect(truth({ live: splitAs('d1'), outcome, after: splitAs('d9') })).toMatchObject({
      endState: 'untouched',
      leftovers: [],
    });
  });

  test('what could not be undone and is as wanted is ours; what is as nobody wanted is not', () => {
    const worker = { triggers: { workersDev: true, crons: ['1 * * * *', '2 * * * *'] } };
    const outcome = ran({ crons: 'left', 'script-settings': 'failed' }, { error: ERROR });
    expect(
      truth({ worker, live: crons([]), outcome, after: crons(['1 * * * *', '7 * * * *']) }),
    ).toMatchObject({
      endState: 'live-partly',
      leftovers: ['could not be undone, is as the files want it: crons[1 * * * *]'],
    });
  });

  test('a cron that is gone because somebody set the whole list since is gone by theirs', () => {
    const outcome = ran({ crons: 'left' }, { error: ERROR });
    const left = (after: readonly string[]) =>
      truth({ worker: CRONS, live: crons(['0 0 * * *']), outcome, after: crons(after) });
    expect(left(['9 * * * *'])).toMatchObject({ endState: 'untouched', leftovers: [] });
    expect(left(['1 * * * *']).endState).toBe('live');
  });

  test.each<[string, Deployment['versions'], string, readonly string[]]>([
    [
      'stays as this run gave it',
      [{ versionId: 'v1', percentage: 100 }],
      'live-partly',
      ['the traffic of Worker acme: could not be given back, version v1 has 100 % as this run gave it'],
    ],
    ['is as it was found', SPLIT.versions, 'rolled-back', []],
    ['is whose it became meanwhile', THEIRS.versions, 'rolled-back', []],
  ])('traffic that could not be shown to be given back and %s', (_name, versions, endState, leftovers) => {
    const worker = { triggers: { workersDev: true, crons: ['1 * * * *'] } };
    const active = makeDeployment({ id: 'd3', annotations: markedBy('run'), versions });
    const first = makeDeployment({ id: 'd2', annotations: markedBy('run') });
    const others = endState === 'rolled-back' && leftovers.length === 0 ? [THEIRS] : [];
    const after = (is: ResolvedWorker): LiveWorker =>
      makeLive(
        is,
        { crons: [] },
        {
          deployment: active,
          deployments: [
            active,
            first,
            ...(versions === THEIRS.versions ? others : []),
            { ...SPLIT, id: 'd1' },
          ],
        },
      );
    const live = (is: ResolvedWorker): LiveWorker =>
      makeLive(is, { crons: [] }, { deployment: { ...SPLIT, id: 'd1' } });
    const outcome = ran({ promote: 'left', crons: 'failed' }, { error: ERROR });
    expect(truth({ worker, live, outcome, after })).toMatchObject({ endState, leftovers });
  });

  test('what was deployed and taken away within one step that failed was live for a while', () => {
    const first = makeDeployment({ id: 'd2', annotations: markedBy('run') });
    const given = makeDeployment({ id: 'd3', annotations: markedBy('run'), versions: SPLIT.versions });
    const after = (worker: ResolvedWorker): LiveWorker =>
      makeLive(worker, {}, { deployment: given, deployments: [given, first, { ...SPLIT, id: 'd1' }] });
    const outcome = ran({ promote: 'failed' }, { error: ERROR });
    expect(truth({ live: splitAs('d1'), outcome, after }).endState).toBe('rolled-back');
  });

  test('what was set again, or undone by a step that failed, while somebody deployed may have been theirs', () => {
    const after = (worker: ResolvedWorker): LiveWorker =>
      makeLive(worker, { crons: [], code: 'theirs' }, { deployment: THEIRS });
    const said = (entry: object): string => {
      const { steps } = ran({ crons: 'failed' });
      const outcome = ran({}, { error: ERROR, steps: steps.map((step) => ({ ...step, ...entry })) });
      return truth({ worker: CRONS, live: crons([]), outcome, after }).leftovers.join();
    };
    const end = 'while somebody else deployed: "crons"; what they set of it, if anything, is not known';
    expect(said({ undone: true })).toBe(`undone ${end}`);
    expect(said({ again: true })).toBe(`set ${end}`);
    expect(said({})).toBe('');
  });

  test('what a skipped step would have changed is somebody else’s', () => {
    const worker = {
      triggers: { workersDev: true, crons: ['1 * * * *', '2 * * * *'] },
      settings: { logpush: true },
    };
    const outcome = ran({ 'script-settings': 'failed', crons: 'skipped' }, { error: ERROR });
    expect(truth({ worker, live: crons([]), outcome, after: crons(['1 * * * *']) })).toMatchObject({
      endState: 'untouched',
      leftovers: [],
    });
  });

  test('all steps done and something missing is partly live', () => {
    const outcome = ran({ crons: 'done' });
    expect(truth({ worker: CRONS, live: crons([]), outcome, after: crons([]) })).toMatchObject({
      endState: 'live-partly',
    });
  });
});

describe('where the new version is not live', () => {
  const failed = ran({ 'upload-version': 'left', promote: 'failed' }, { error: ERROR });

  test('an uploaded one without traffic is named', () => {
    expect(truth({ live: olderCode, outcome: failed, after: olderCode, uploaded: 'v2' })).toMatchObject({
      endState: 'uploaded',
      leftovers: ['version v2 of Worker acme: uploaded, has no traffic'],
    });
  });

  test.each<[string, readonly string[], string, string]>([
    ['sent with it', [], 'v2', ', and was sent API_KEY, which the next upload takes over'],
    ['sent with it, which is not the newest any more,', [], 'v3', ''],
    ['that was there', ['API_KEY'], 'v2', ''],
  ])('a secret %s is said where it comes with the next upload', (_name, secrets, newest, said) => {
    const live = (worker: ResolvedWorker): LiveWorker => makeLive(worker, { secrets, code: 'older' });
    const after = (worker: ResolvedWorker): LiveWorker => ({
      ...live(worker),
      undeployed: makeVersion({ id: newest }),
    });
    const worker = { secrets: { required: ['API_KEY'] } };
    const { leftovers } = truth({ worker, live, outcome: failed, after, uploaded: 'v2' });
    expect(leftovers).toEqual([`version v2 of Worker acme: uploaded, has no traffic${said}`]);
  });

  test('a secret sent with a version that is deployed without traffic is said', () => {
    const deployment = makeDeployment({
      id: 'd3',
      versions: [
        { versionId: 'v1', percentage: 100 },
        { versionId: 'v2', percentage: 0 },
      ],
    });
    const live = (worker: ResolvedWorker): LiveWorker => makeLive(worker, { secrets: [], code: 'older' });
    const after = (worker: ResolvedWorker): LiveWorker => ({ ...live(worker), deployment });
    const worker = { secrets: { required: ['API_KEY'] } };
    const { leftovers } = truth({ worker, live, outcome: failed, after, uploaded: 'v2' });
    expect(leftovers).toEqual([
      'version v2 of Worker acme: uploaded, has no traffic, and was sent API_KEY, which the next upload takes over',
    ]);
  });

  test('the traffic that somebody else had meanwhile, and that could not be given back, is said', () => {
    const staged = makeDeployment({
      id: 'd3',
      annotations: markedBy('run'),
      versions: [
        { versionId: 'v1', percentage: 100 },
        { versionId: 'v2', percentage: 0 },
      ],
    });
    const given = makeDeployment({ id: 'd4', annotations: markedBy('run'), versions: THEIRS.versions });
    const over = (active: typeof staged) => (worker: ResolvedWorker) => ({
      ...olderCode(worker),
      deployment: active,
      deployments: [active, THEIRS, makeDeployment()],
    });
    const told = (active: typeof staged, target?: string): readonly string[] =>
      truth({ live: olderCode, outcome: failed, after: over(active), uploaded: 'v2', ...compact({ target }) })
        .leftovers;
    const said =
      'the traffic of Worker acme: could not be given back to v9, which bob@example.com deployed meanwhile, at 2026-03-01T00:00:00Z, and this run replaced';
    expect(told(staged)).toEqual(['version v2 of Worker acme: uploaded, has no traffic', said]);
    expect(told(staged, 'v0')).toEqual([said]);
    // It was, or somebody else's has the traffic now.
    expect(told(given).join()).not.toContain('given back');
    expect(told(THEIRS).join()).not.toContain('given back');
  });

  test('one with part of the traffic is partly live', () => {
    const split = makeDeployment({
      id: 'd3',
      versions: [
        { versionId: 'v1', percentage: 95 },
        { versionId: 'v2', percentage: 5 },
      ],
    });
    const after = (worker: ResolvedWorker): LiveWorker => ({ ...olderCode(worker), deployment: split });
    expect(truth({ live: olderCode, outcome: failed, after, uploaded: 'v2' })).toEqual({
      endState: 'live-partly',
      leftovers: ['version v2 of Worker acme: uploaded, has 5 % of the traffic'],
      meanwhile: null,
    });
  });

  test('one that was live and was taken back is rolled back', () => {
    const outcome = ran({ 'upload-version': 'left', promote: 'reverted' }, { progress: { promoted: true } });
    expect(truth({ live: olderCode, outcome, after: olderCode, uploaded: 'v2' }).endState).toBe(
      'rolled-back',
    );
  });

  test('nothing that was uploaded, nothing that was undone: untouched', () => {
    const outcome = ran({ 'upload-version': 'failed' }, { error: ERROR });
    expect(truth({ live: olderCode, outcome, after: olderCode })).toEqual({
      endState: 'untouched',
      leftovers: [],
      meanwhile: null,
    });
  });

  test('what is versioned and differs is somebody else’s, not left by us', () => {
    const worker = { bindings: [{ name: 'A', type: 'plain_text', text: 'new' }] };
    const live = (is: ResolvedWorker): LiveWorker => makeLive(is, { bindings: {} });
    const after = (is: ResolvedWorker): LiveWorker => makeLive(is, { code: 'other' });
    const outcome = ran({ 'upload-version': 'failed' }, { error: ERROR });
    expect(truth({ worker, live, outcome, after })).toMatchObject({ endState: 'untouched', leftovers: [] });
  });
});

describe('a Worker that was not there', () => {
  const outcome = ran({ 'upload-script': 'failed' }, { error: ERROR });
  const created = (worker: ResolvedWorker): LiveWorker =>
    makeLive(worker, {}, { deployment: OURS, version: makeVersion({ id: 'v0' }) });

  test('and is there now is partly live', () => {
    expect(truth({ live: () => makeAbsent(), outcome, after: created, uploaded: 'v2' }).endState).toBe(
      'live-partly',
    );
  });

  test('and was made by somebody else meanwhile is untouched by us', () => {
    const after = (worker: ResolvedWorker): LiveWorker =>
      makeLive(worker, {}, { deployment: THEIRS, version: makeVersion({ id: 'v9' }) });
    expect(truth({ live: () => makeAbsent(), outcome, after })).toEqual({
      endState: 'untouched',
      leftovers: [],
      meanwhile: 'bob@example.com deployed v9 meanwhile, at 2026-03-01T00:00:00Z from dash.',
    });
  });

  const theirs =
    (parts: Parameters<typeof makeLive>[1]) =>
    (worker: ResolvedWorker): LiveWorker =>
      makeLive(worker, parts, { deployment: THEIRS, version: makeVersion({ id: 'v9' }) });
  const GAVE_WAY = ran({ 'upload-script': 'failed' }, { error: ERROR });

  test('and was made by somebody else, to whom the traffic was given back, keeps the settings of the upload', () => {
    expect(
      truth({ live: () => makeAbsent(), outcome: GAVE_WAY, after: theirs({}), uploaded: 'v2' }),
    ).toMatchObject({
      endState: 'live-partly',
      leftovers: [
        'version v2 of Worker acme: uploaded, has no traffic',
        'script settings of Worker acme: came with the upload and are as the files want them; what another deploy had set before is not known',
      ],
    });
  });

  test('and has settings that somebody set again since has a version of ours and no more', () => {
    const after = theirs({ settings: { logpush: true } });
    expect(truth({ live: () => makeAbsent(), outcome: GAVE_WAY, after, uploaded: 'v2' })).toMatchObject({
      endState: 'uploaded',
      leftovers: ['version v2 of Worker acme: uploaded, has no traffic'],
    });
  });

  test('and is not there is untouched', () => {
    expect(truth({ live: () => makeAbsent(), outcome, after: () => makeAbsent() }).endState).toBe(
      'untouched',
    );
  });
});

test('in a dispatch namespace the upload is what is there', () => {
  const worker = { dispatchNamespace: 'customers' };
  const dispatched = (is: ResolvedWorker): LiveWorker =>
    makeLive(is, {}, { deployment: null, deployments: [], version: null });
  const older = (is: ResolvedWorker): LiveWorker =>
    makeLive(is, { code: 'older' }, { deployment: null, deployments: [], version: null });
  const outcome = ran({ 'upload-script': 'done' });
  expect(truth({ worker, live: older, outcome, after: dispatched }).endState).toBe('live');
  expect(truth({ worker, live: older, outcome, after: () => makeAbsent() }).endState).not.toBe('live');
  expect(
    truth({
      worker,
      live: older,
      outcome: ran({ 'upload-script': 'failed' }, { error: ERROR }),
      after: older,
    }).endState,
  ).toBe('untouched');
});

describe('whoever deployed meanwhile is named', () => {
  const after = (fields: Partial<typeof THEIRS>) => (worker: ResolvedWorker) =>
    makeLive(worker, {}, { deployment: { ...THEIRS, ...fields } });
  test.each<[string, Partial<typeof THEIRS>, string | null]>([
    ['by name', {}, 'bob@example.com deployed v9 meanwhile, at 2026-03-01T00:00:00Z from dash.'],
    [
      'or as somebody',
      { author: null, source: null },
      'Somebody else deployed v9 meanwhile, at 2026-03-01T00:00:00Z.',
    ],
    ['not for our own', { annotations: markedBy('run') }, null],
    ['not for that of before', { id: 'd1' }, null],
    ['not where ours has traffic', { versions: [{ versionId: 'v2', percentage: 1 }] }, null],
    [
      'also where ours has none',
      {
        versions: [
          { versionId: 'v9', percentage: 100 },
          { versionId: 'v2', percentage: 0 },
        ],
      },
      'bob@example.com deployed v9 and v2 meanwhile, at 2026-03-01T00:00:00Z from dash.',
    ],
  ])('%s', (_name, fields, meanwhile) => {
    expect(truth({ live: olderCode, outcome: DONE, after: after(fields), uploaded: 'v2' }).meanwhile).toBe(
      meanwhile,
    );
  });

  test('not where nothing is deployed', () => {
    const nothing = (worker: ResolvedWorker): LiveWorker => makeLive(worker, {}, { deployment: null });
    expect(truth({ live: olderCode, outcome: DONE, after: nothing }).meanwhile).toBeNull();
  });
});

describe('after a rollback', () => {
  const rolled = ran({ promote: 'done' });
  const reading = (fields: Partial<LiveWorker>) => (worker: ResolvedWorker) => makeLive(worker, {}, fields);
  test.each<[string, Partial<LiveWorker>, string]>([
    ['the version it went to is live', { version: makeVersion({ id: 'v0' }), deployment: OURS }, 'live'],
    [
      'a split is not all of it',
      {
        version: makeVersion({ id: 'v0' }),
        deployment: makeDeployment({
          id: 'd2',
          versions: [
            { versionId: 'v0', percentage: 90 },
            { versionId: 'v1', percentage: 10 },
          ],
        }),
      },
      'untouched',
    ],
    ['the deployment of before is', {}, 'untouched'],
    ['ours was and another is now', { deployment: THEIRS, deployments: [THEIRS, OURS] }, 'rolled-back'],
    ['ours never was', { deployment: THEIRS, deployments: [THEIRS, makeDeployment()] }, 'untouched'],
    [
      'the version it went to is live and cannot be read',
      {
        version: null,
        deployment: { ...OURS, versions: [{ versionId: 'v0', percentage: 100 }] },
        deployments: [{ ...OURS, versions: [{ versionId: 'v0', percentage: 100 }] }, makeDeployment()],
      },
      'live',
    ],
    ['no deployment can be seen any more', { version: makeVersion({ id: 'v0' }), deployment: null }, 'live'],
  ])('%s', (_name, fields, endState) => {
    expect(truth({ outcome: rolled, after: reading(fields), target: 'v0' })).toMatchObject({
      endState,
      leftovers: [],
    });
  });
});

test('a part that nobody could read is no leftover', () => {
  const after = (worker: ResolvedWorker): LiveWorker => {
    const live = newIsLive(worker);
    return { ...live, state: { ...live.state, crons: unknown('no answer', ERROR) } };
  };
  expect(truth({ worker: CRONS, live: olderCode, outcome: DONE, after, uploaded: 'v2' })).toMatchObject({
    endState: 'live',
    leftovers: [],
  });
});
