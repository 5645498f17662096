import { describe, expect, test } from 'vitest';
import { fakeApi, lost, refused, type Answer } from '../../test/support/api.ts';
import { markedBy } from '../../test/support/live.ts';
import { makeStepContext } from '../../test/support/steps.ts';
import { DeployError } from '../errors.ts';
import type { Step, StepContext } from '../plan/step.ts';
import { revertOutcome, runSteps, type RunOutcome } from './run.ts';

const CRONS: Step = { kind: 'crons', before: ['1 * * * *'], after: ['2 * * * *'] };
const SETTINGS: Step = { kind: 'script-settings', before: { logpush: false }, after: { logpush: true } };
const SUBDOMAIN: Step = { kind: 'subdomain', before: { enabled: false }, after: { enabled: true } };
const WORKFLOWS: Step = {
  kind: 'workflows',
  put: [
    { name: 'a', className: 'A', options: {} },
    { name: 'b', className: 'B', options: {} },
  ],
  created: ['a', 'b'],
};
const SCRIPT = '/workers/scripts/acme';

function setting(answers: Readonly<Record<string, Answer>>, signal?: AbortSignal) {
  const api = fakeApi(answers);
  const recovery = fakeApi(answers);
  const told: string[] = [];
  const noted: string[] = [];
  const context = makeStepContext(api, { signal });
  const options = {
    context,
    recovery: { ...context, reader: recovery.reader, writer: recovery.writer },
    onStep: (step: Step, status: string, message: string) =>
      void told.push(`${step.kind} ${status}: ${message}`),
    onProgress: async (steps: RunOutcome['steps']) =>
      void noted.push(steps.map(({ status }) => status).join(' ')),
  };
  const calls = (of: typeof api): readonly string[] => of.writes.map(({ call }) => call);
  return { options, told, noted, sent: () => calls(api), undone: () => calls(recovery) };
}

const statuses = ({ steps }: RunOutcome): readonly string[] => steps.map(({ status }) => status);

test('steps are done in order, each noted as started before it is', async () => {
  const { options, told, noted, sent } = setting({});
  const outcome = await runSteps({ ...options, steps: [SETTINGS, CRONS] });
  expect(outcome).toMatchObject({ error: null, leftovers: [], progress: {} });
  expect(statuses(outcome)).toEqual(['done', 'done']);
  expect(noted).toEqual(['started planned', 'done started']);
  expect(sent()).toEqual([`PATCH ${SCRIPT}/script-settings`, `PUT ${SCRIPT}/schedules`]);
  expect(told).toEqual([
    'script-settings started: set logpush',
    'script-settings done: set logpush',
    'crons started: set crons 2 * * * *',
    'crons done: set crons 2 * * * *',
  ]);
});

test('what a step gives the next one gets, and a rerun of nothing is nothing', async () => {
  const { options } = setting({
    [`GET ${SCRIPT}/deployments`]: { deployments: [{ id: 'd1', versions: [] }] },
    [`POST ${SCRIPT}/deployments`]: { id: 'd2', versions: [] },
  });
  const outcome = await runSteps({
    ...options,
    steps: [{ kind: 'promote', versionId: 'v0', force: true }, CRONS],
  });
  expect(outcome.progress).toEqual({ versionId: 'v0', promoted: true });
  expect(await runSteps({ ...options, steps: [] })).toEqual({
    steps: [],
    progress: {},
    leftovers: [],
    error: null,
    wrote: false,
  });
});

test('whether anything was written is known: not by a step that only looked, but by one that was refused or undone', async () => {
  const elsewhere = { deployments: [{ id: 'd9', versions: [] }] };
  const promote: Step = { kind: 'promote', versionId: 'v0', force: true };
  const looked = await runSteps({
    ...setting({ [`GET ${SCRIPT}/deployments`]: elsewhere }).options,
    steps: [promote],
  });
  expect(looked).toMatchObject({ wrote: false, error: { code: 'CONFLICT' } });

  const { options } = setting({ [`PUT ${SCRIPT}/schedules`]: refused(1) });
  expect(await runSteps({ ...options, steps: [CRONS] })).toMatchObject({ wrote: true });

  const unwritten = { ...looked, steps: [{ step: CRONS, description: '', status: 'done' as const }] };
  expect(await revertOutcome(unwritten, { ...options, undoFailed: false })).toMatchObject({ wrote: true });
});

describe('when a step fails', () => {
  test('those done are undone in reverse, later ones skipped, the refused one left alone', async () => {
    const { options, told, undone } = setting({ [`POST ${SCRIPT}/subdomain`]: refused(1) });
    const outcome = await runSteps({ ...options, steps: [SETTINGS, CRONS, SUBDOMAIN, WORKFLOWS] });
    expect(statuses(outcome)).toEqual(['reverted', 'reverted', 'failed', 'skipped']);
    expect(outcome).toMatchObject({ error: { code: 'API_REFUSED' }, leftovers: [] });
    expect(undone()).toEqual([`PUT ${SCRIPT}/schedules`, `PATCH ${SCRIPT}/script-settings`]);
    expect(told.slice(5)).toEqual([
      'subdomain failed: refused (1)',
      'crons reverted: undone: set crons 2 * * * *',
      'script-settings reverted: undone: set logpush',
    ]);
  });

  test('one that may have happened is undone too', async () => {
    let sent = 0;
    const { options, undone } = setting({
      [`POST ${SCRIPT}/subdomain`]: () => ((sent += 1) === 1 ? lost() : null),
    });
    const outcome = await runSteps({ ...options, steps: [CRONS, SUBDOMAIN] });
    expect(statuses(outcome)).toEqual(['reverted', 'failed']);
    expect(undone()).toEqual([`POST ${SCRIPT}/subdomain`, `PUT ${SCRIPT}/schedules`]);
  });

  test('one of several calls may have failed after some of them, so it is undone', async () => {
    const { options, undone } = setting({ 'PUT /workflows/b': refused(1) });
    const outcome = await runSteps({ ...options, steps: [WORKFLOWS] });
    expect(statuses(outcome)).toEqual(['failed']);
    expect(undone()).toEqual(['DELETE /workflows/a', 'DELETE /workflows/b']);
  });

  test('what stays behind is named, and what could not be undone is not certain', async () => {
    let crons = 0;
    const { options, told } = setting({
      [`PUT ${SCRIPT}/schedules`]: () => ((crons += 1) === 1 ? null : refused(2)),
      [`POST ${SCRIPT}/versions`]: { id: 'v2' },
      [`POST ${SCRIPT}/subdomain`]: refused(1),
    });
    const outcome = await runSteps({
      ...options,
      steps: [{ kind: 'upload-version', inheritedSecrets: [] }, CRONS, SUBDOMAIN],
    });
    expect(statuses(outcome)).toEqual(['left', 'left', 'failed']);
    expect(outcome.leftovers).toEqual([
      {
        step: 'crons',
        text: 'could not undo "set crons 2 * * * *": refused (2)',
        certain: false,
      },
      {
        step: 'upload-version',
        text: 'version v2 of Worker acme: was uploaded and stays',
        certain: true,
      },
    ]);
    expect(told.slice(-2)).toEqual([
      'crons failed: could not undo: set crons 2 * * * *: refused (2)',
      'upload-version reverted: version v2 of Worker acme: was uploaded and stays',
    ]);
  });

  test.each<[string, unknown, string, string]>([
    ['an error of ours', new DeployError('INTERNAL', 'no version'), 'INTERNAL', 'no version'],
    ['any other error', new Error('boom'), 'INTERNAL', 'boom'],
    ['what is no error', 'boom', 'INTERNAL', 'boom'],
  ])('%s is told as one', async (_name, thrown, code, message) => {
    const { options } = setting({});
    const context: StepContext = {
      ...options.context,
      writer: { ...options.context.writer, write: () => Promise.reject(thrown as Error) },
    };
    const { error } = await runSteps({ ...options, context, steps: [CRONS] });
    expect([error?.code, error?.message]).toEqual([code, message]);
  });
});

test('a stopped run undoes what it was doing', async () => {
  const stop = new AbortController();
  const { options, sent, undone } = setting(
    {
      [`PATCH ${SCRIPT}/script-settings`]: () => {
        stop.abort();
        return refused(1);
      },
    },
    stop.signal,
  );
  const outcome = await runSteps({ ...options, steps: [CRONS, SETTINGS] });
  expect(outcome.error).toMatchObject({ code: 'ABORTED', message: 'The deploy was stopped.' });
  expect(undone()).toEqual([`PATCH ${SCRIPT}/script-settings`, `PUT ${SCRIPT}/schedules`]);
  expect(sent()).toHaveLength(2);
});

test('a run stopped before a step does not begin it', async () => {
  const { options, sent } = setting({}, AbortSignal.abort());
  const outcome = await runSteps({ ...options, steps: [CRONS] });
  expect(sent()).toEqual([]);
  expect(outcome).toMatchObject({ error: { code: 'ABORTED' } });
});

test('a run that went through and turned out unwell is undone, but not what failed in it', async () => {
  const { options, undone } = setting({});
  const description = '';
  const outcome = await revertOutcome(
    {
      steps: [
        { step: SETTINGS, description, status: 'done' },
        { step: SUBDOMAIN, description, status: 'failed' },
        { step: CRONS, description, status: 'done' },
      ],
      progress: { promoted: true },
      leftovers: [{ step: 'promote', text: 'before', certain: true }],
      error: null,
      wrote: true,
    },
    { ...options, undoFailed: false },
  );
  expect(statuses(outcome)).toEqual(['reverted', 'failed', 'reverted']);
  expect(outcome).toMatchObject({ progress: { promoted: true }, leftovers: [{ text: 'before' }] });
  expect(undone()).toEqual([`PUT ${SCRIPT}/schedules`, `PATCH ${SCRIPT}/script-settings`]);
});

test('undoing goes through what the run had reached', async () => {
  const { options } = setting({
    [`GET ${SCRIPT}/versions`]: { items: [{ id: 'v7', annotations: markedBy('other') }] },
  });
  const outcome = await revertOutcome(
    {
      steps: [{ step: { kind: 'upload-version', inheritedSecrets: [] }, description: '', status: 'done' }],
      progress: { versionId: 'v2' },
      leftovers: [],
      error: null,
      wrote: true,
    },
    { ...options, undoFailed: true },
  );
  expect(outcome.leftovers[0]?.text).toContain('version v2');
});
