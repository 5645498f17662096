import { describe, expect, test } from 'vitest';
import { fakeApi } from '../../test/support/api.ts';
import { makeDeployment, makeLive, makeVersion, markedBy } from '../../test/support/live.ts';
import { makeWorker } from '../../test/support/worker.ts';
import type { Deployment } from '../cloudflare/shapes.ts';
import type { LiveWorker } from '../sections/live.ts';
import type { RecordStore, StoredRecord } from './file-store.ts';
import { closeInterruptedRuns } from './interrupted.ts';
import type { DeploymentRecord } from './record.ts';

type Steps = DeploymentRecord['steps'];

const RECORD: DeploymentRecord = {
  schema: 1,
  kind: 'deploy',
  run: 'run',
  status: 'running',
  tenant: 'acme',
  environment: null,
  accountId: makeWorker().accountId,
  scriptName: 'acme',
  url: null,
  startedAt: '2026-03-01T00:00:00.000Z',
  finishedAt: null,
  durationMs: null,
  by: null,
  git: null,
  message: null,
  previousVersionId: 'v1',
  versionId: null,
  endState: null,
  changes: [],
  steps: [],
  leftovers: [],
  health: null,
  calls: 0,
  error: null,
};

/** Closes one record against a list of versions (id → run) and the live deployments. */
async function close(
  record: Partial<DeploymentRecord>,
  versions: Readonly<Record<string, string>>,
  deployments: readonly Deployment[] = [makeDeployment()],
  fields: Partial<LiveWorker> = {},
) {
  const asked: unknown[] = [];
  const written: DeploymentRecord[] = [];
  const store: Pick<RecordStore, 'list' | 'rewrite'> = {
    list: async (...args) => {
      asked.push(args);
      const [, , which] = args;
      const all: readonly StoredRecord[] = [
        { path: 'deployments/a.json', record: { ...RECORD, ...record } },
        { path: 'deployments/b.json', record: { ...RECORD, status: 'deployed', run: 'done' } },
      ];
      return all.filter((stored) => stored.record.status === which?.status);
    },
    rewrite: async (_path, content) => void written.push(content),
  };
  const items = Object.entries(versions).map(([id, run], index) => ({
    id,
    number: index + 1,
    annotations: markedBy(run),
  }));
  const { reader, reads } = fakeApi({ 'GET /workers/scripts/acme/versions': { items } });
  const live: LiveWorker = makeLive(
    makeWorker(),
    {},
    { deployments, deployment: deployments[0] ?? null, ...fields },
  );
  const runs = await closeInterruptedRuns({
    store: store as RecordStore,
    reader,
    tenant: 'acme',
    environment: null,
    scriptName: 'acme',
    live,
    now: () => Date.parse('2026-03-02T00:00:00.000Z'),
  });
  return { runs, written, reads, asked };
}

test('versions that were listed already are not asked for again', async () => {
  const listed = [makeVersion({ id: 'v2', annotations: markedBy('run') })];
  const { runs, reads } = await close({}, {}, [live], { listed });
  expect(runs).toMatchObject([{ endState: 'live' }]);
  expect(reads).toEqual([]);
});

const step = (kind: string, status: string): Steps[number] => ({ kind, description: `the ${kind}`, status });
const live = makeDeployment({ id: 'd2', versions: [{ versionId: 'v2', percentage: 100 }] });
const noTraffic = makeDeployment({
  versions: [
    { versionId: 'v1', percentage: 100 },
    { versionId: 'v2', percentage: 0 },
  ],
});

test('only the record that never ended is closed, with what was found', async () => {
  const { runs, written, asked } = await close({}, { v1: 'other', v2: 'run' }, [live]);
  expect(runs).toEqual([
    {
      path: 'deployments/a.json',
      startedAt: '2026-03-01T00:00:00.000Z',
      endState: 'live',
      message:
        'The deploy started at 2026-03-01T00:00:00.000Z was interrupted: version v2 is live; its health is not known.',
    },
  ]);
  expect(written).toEqual([
    {
      ...RECORD,
      status: 'interrupted',
      endState: 'live',
      versionId: 'v2',
      finishedAt: '2026-03-02T00:00:00.000Z',
    },
  ]);
  expect(asked).toEqual([['acme', null, { scriptName: null, status: 'running' }]]);
});

test('where all records ended nothing is read', async () => {
  const { runs, reads, written } = await close({ status: 'failed' }, {});
  expect([runs, reads, written]).toEqual([[], [], []]);
});

describe('a deploy that was killed', () => {
  test.each<[string, readonly [string, string][], boolean, readonly Deployment[], string, string]>([
    ['before its first step', [], false, [], 'untouched', 'nothing of it arrived'],
    ['while it uploaded', [['upload-version', 'started']], false, [], 'untouched', 'nothing of it arrived'],
    ['with steps only planned', [['crons', 'planned']], false, [], 'untouched', 'nothing of it arrived'],
    [
      'in its first step',
      [
        ['crons', 'started'],
        ['routes', 'planned'],
      ],
      false,
      [],
      'unknown',
      'perhaps done: the crons; not done: the routes',
    ],
    [
      'between steps',
      [
        ['crons', 'done'],
        ['routes', 'planned'],
      ],
      false,
      [],
      'live-partly',
      'done: the crons; not done: the routes',
    ],
    ['after its last step', [['crons', 'done']], false, [], 'live', 'done: the crons'],
    [
      'in its last step',
      [
        ['crons', 'done'],
        ['routes', 'started'],
      ],
      false,
      [],
      'unknown',
      'done: the crons; perhaps done: the routes',
    ],
    [
      'after its upload',
      [
        ['upload-version', 'done'],
        ['promote', 'started'],
      ],
      true,
      [makeDeployment()],
      'uploaded',
      'version v2 was uploaded and has no traffic',
    ],
    [
      'while its version was staged',
      [['stage', 'done']],
      true,
      [noTraffic],
      'uploaded',
      'version v2 was uploaded and has no traffic',
    ],
    [
      'with another step done and its version without traffic',
      [
        ['crons', 'done'],
        ['routes', 'planned'],
      ],
      true,
      [noTraffic],
      'live-partly',
      'version v2 was uploaded and has no traffic; done: the crons; not done: the routes',
    ],
    [
      'with another step begun and its version without traffic',
      [['crons', 'started']],
      true,
      [noTraffic],
      'unknown',
      'version v2 was uploaded and has no traffic; perhaps done: the crons',
    ],
    ['with nothing deployed', [], true, [], 'uploaded', 'version v2 was uploaded and has no traffic'],
    [
      'live, with a step to do',
      [
        ['crons', 'started'],
        ['routes', 'planned'],
      ],
      true,
      [live],
      'live-partly',
      'version v2 is live; its health is not known; perhaps done: the crons; not done: the routes',
    ],
    [
      'live, in its last step',
      [['crons', 'started']],
      true,
      [live],
      'unknown',
      'version v2 is live; its health is not known; perhaps done: the crons',
    ],
    [
      'live, with two done',
      [
        ['promote', 'done'],
        ['crons', 'done'],
        ['routes', 'done'],
      ],
      true,
      [live],
      'live',
      'version v2 is live; its health is not known; done: the crons, the routes',
    ],
  ])('%s', async (_name, steps, uploaded, deployments, endState, words) => {
    const { runs, written } = await close(
      { steps: steps.map(([kind, status]) => step(kind, status)) },
      uploaded ? { v1: 'other', v2: 'run' } : { v1: 'other' },
      deployments,
    );
    expect(runs[0]).toMatchObject({
      endState,
      message: `The deploy started at 2026-03-01T00:00:00.000Z was interrupted: ${words}.`,
    });
    expect(written[0]).toMatchObject({ endState, versionId: uploaded ? 'v2' : null });
  });
});

const made = makeDeployment({ id: 'd3', annotations: markedBy('run') });

describe('a deploy that was killed and had only traffic to move', () => {
  const planned: readonly [string, string][] = [['crons', 'planned']];
  test.each<[string, readonly [string, string][], readonly Deployment[], string, string | null, string]>([
    ['before it did', [], [makeDeployment()], 'untouched', null, 'nothing of it arrived'],
    ['after it did', [], [made], 'live', 'v1', 'version v1 is live; its health is not known'],
    [
      'after it did, with a step to do',
      planned,
      [made],
      'live-partly',
      'v1',
      'version v1 is live; its health is not known; not done: the crons',
    ],
    [
      'before somebody else did',
      [],
      [makeDeployment({ id: 'd4' }), made],
      'untouched',
      'v1',
      'version v1 was live, and something else is now',
    ],
  ])('%s', async (_name, steps, deployments, endState, versionId, words) => {
    const all = [step('promote', 'started'), ...steps.map(([kind, status]) => step(kind, status))];
    const { runs, written } = await close({ steps: all }, { v1: 'other' }, deployments);
    expect(runs[0]).toMatchObject({ endState, message: expect.stringContaining(`: ${words}.`) as string });
    expect(written[0]).toMatchObject({ endState, versionId });
  });
});

describe('a rollback that was killed', () => {
  test.each<[string, readonly Deployment[], string, string | null, string]>([
    ['before it deployed', [makeDeployment()], 'untouched', null, 'nothing of it arrived'],
    ['after it deployed', [made], 'live', 'v1', 'version v1 is live; its health is not known'],
    [
      'before somebody else deployed',
      [makeDeployment({ id: 'd4' }), made],
      'untouched',
      'v1',
      'version v1 was live, and something else is now',
    ],
  ])('%s', async (_name, deployments, endState, versionId, words) => {
    const { runs, written } = await close({ kind: 'rollback' }, { v2: 'other' }, deployments);
    expect(runs[0]).toMatchObject({ endState, message: expect.stringContaining(words) as string });
    expect(written[0]).toMatchObject({ endState, versionId });
  });

  test.each<[string, readonly Deployment[], string, string]>([
    ['before it had traffic', [makeDeployment()], 'uploaded', 'version v2 was uploaded and has no traffic'],
    ['after it was live', [live], 'live', 'version v2 is live; its health is not known'],
  ])('with old code uploaded again, %s', async (_name, deployments, endState, words) => {
    const { runs } = await close({ kind: 'rollback', steps: [] }, { v2: 'run' }, deployments);
    expect(runs[0]).toMatchObject({ endState, message: expect.stringContaining(words) as string });
  });

  test('keeps the version its record names where nothing of it arrived', async () => {
    const { written } = await close({ kind: 'rollback', versionId: 'v0' }, {}, []);
    expect(written[0]).toMatchObject({ versionId: 'v0' });
  });
});

describe('a change of secrets that was killed', () => {
  test.each<[string, Readonly<Record<string, string>>, string, string]>([
    ['without a version since', { v0: 'x', v1: 'y' }, 'untouched', 'nothing of it arrived'],
    ['with a version since', { v1: 'y', v2: 'z' }, 'unknown', 'whether it arrived is not known'],
    ['where there is no version', {}, 'unknown', 'whether it arrived is not known'],
  ])('%s', async (_name, versions, endState, words) => {
    const { runs } = await close({ kind: 'secrets' }, versions);
    expect(runs[0]).toMatchObject({ endState, message: expect.stringContaining(words) as string });
  });

  test('of a Worker that had no version and has none is not known', async () => {
    const { runs } = await close({ kind: 'secrets', previousVersionId: null }, {});
    expect(runs[0]).toMatchObject({ endState: 'unknown' });
  });
});

describe('taking a Worker away that was killed', () => {
  test.each<[string, readonly [string, string][], boolean, string, string]>([
    ['before it began', [], true, 'untouched', 'the Worker is there'],
    ['and nobody else did either', [['routes', 'planned']], true, 'untouched', 'the Worker is there'],
    ['with all of it gone', [], false, 'live-partly', 'the Worker is gone'],
    ['half-way', [['routes', 'done']], true, 'live-partly', 'the Worker is there; taken away: the routes'],
    [
      'in a step',
      [
        ['routes', 'done'],
        ['script', 'started'],
      ],
      true,
      'unknown',
      'the Worker is there; taken away: the routes; perhaps taken away: the script',
    ],
    [
      'in its first step',
      [['routes', 'started']],
      true,
      'unknown',
      'the Worker is there; perhaps taken away: the routes',
    ],
    [
      'in its last step',
      [['script', 'started']],
      false,
      'unknown',
      'the Worker is gone; perhaps taken away: the script',
    ],
  ])('%s', async (_name, steps, exists, endState, words) => {
    const { runs } = await close(
      { kind: 'destroy', steps: steps.map(([kind, status]) => step(kind, status)) },
      {},
      [makeDeployment()],
      { exists },
    );
    expect(runs[0]).toMatchObject({
      endState,
      message: expect.stringContaining(`interrupted: ${words}.`) as string,
    });
  });
});

describe('steps whose outcome the versions tell', () => {
  test.each([
    'upload-assets',
    'upload-version',
    'upload-script',
    'stage',
    'check-version',
    'shift',
    'watch',
    'promote',
    'mark',
  ])('%s is not told beside them', async (kind) => {
    const { runs } = await close({ steps: [step(kind, 'started')] }, { v2: 'run' }, [live]);
    expect(runs[0]).toMatchObject({
      endState: 'live',
      message: expect.stringMatching(/version v2 is live; its health is not known\.$/) as string,
    });
  });
});

describe('a gradual deploy that was killed between two steps', () => {
  const shared = (fields: Partial<Deployment> = {}): Deployment =>
    makeDeployment({
      id: 'd5',
      versions: [
        { versionId: 'v1', percentage: 90 },
        { versionId: 'v2', percentage: 10 },
      ],
      ...fields,
    });
  const words =
    'version v1 has 90 %, version v2 has 10 % of the traffic; go on with "cf-deploy promote", or take it back with "cf-deploy abort"';
  const marked = shared({ annotations: markedBy('run') });

  test.each<[string, Partial<DeploymentRecord>, readonly Deployment[], string, string | null, string]>([
    ['tells who has how much', {}, [shared()], 'live-partly', 'v2', words],
    [
      'and what else was done',
      { steps: [step('crons', 'done')] },
      [shared()],
      'live-partly',
      'v2',
      `${words}; done: the crons`,
    ],
    [
      'and is not told of other versions',
      { run: 'mine' },
      [
        shared({
          versions: [
            { versionId: 'v0', percentage: 50 },
            { versionId: 'v1', percentage: 50 },
          ],
        }),
      ],
      'uploaded',
      'v3',
      'version v3 was uploaded and has no traffic',
    ],
    [
      'whose other version has nothing left',
      {},
      [
        shared({
          versions: [
            { versionId: 'v1', percentage: 0 },
            { versionId: 'v2', percentage: 100 },
          ],
        }),
      ],
      'live',
      'v2',
      'version v2 is live; its health is not known',
    ],
    ['by a promotion', { kind: 'promote' }, [marked], 'live-partly', null, words],
    ['by an abort', { kind: 'abort' }, [marked], 'live-partly', null, words],
    [
      'by a promotion, and something else is live now',
      { kind: 'promote' },
      [makeDeployment(), marked],
      'untouched',
      'v1',
      'version v1 was live, and something else is now',
    ],
    [
      'by a promotion that did not arrive',
      { kind: 'promote' },
      [shared()],
      'untouched',
      null,
      'nothing of it arrived',
    ],
  ])('%s', async (_name, record, deployments, endState, versionId, told) => {
    const { runs, written } = await close(record, { v2: 'run', v3: 'mine' }, deployments);
    expect(runs).toEqual([
      {
        path: 'deployments/a.json',
        startedAt: '2026-03-01T00:00:00.000Z',
        endState,
        message: `The ${record.kind ?? 'deploy'} started at 2026-03-01T00:00:00.000Z was interrupted: ${told}.`,
      },
    ]);
    expect(written).toEqual([
      {
        ...RECORD,
        ...record,
        status: 'interrupted',
        endState,
        versionId,
        finishedAt: '2026-03-02T00:00:00.000Z',
      },
    ]);
  });
});

test.each([
  [true, 'acme'],
  [false, null],
  [undefined, null],
])('of a tenant with several Workers (%s) only its own records are closed', async (several, scriptName) => {
  const asked: unknown[] = [];
  const store: Pick<RecordStore, 'list'> = {
    async list(...args) {
      asked.push(args);
      return [];
    },
  };
  await closeInterruptedRuns({
    store: store as RecordStore,
    reader: fakeApi({}).reader,
    tenant: 'shop',
    environment: 'staging',
    scriptName: 'acme',
    ...(several === undefined ? {} : { several }),
    live: makeLive(makeWorker()),
    now: () => 0,
  });
  expect(asked).toEqual([['shop', 'staging', { scriptName, status: 'running' }]]);
});
