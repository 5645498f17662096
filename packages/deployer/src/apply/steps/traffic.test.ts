import { describe, expect, test } from 'vitest';
import { lost, refused } from '../../../test/support/api.ts';
import { makeDeployment } from '../../../test/support/live.ts';
import {
  DEPLOYMENTS,
  answered,
  BEFORE,
  OURS,
  STAGED,
  THEIRS,
  listed,
  deployed,
  carry,
} from '../../../test/support/steps.ts';
import type { DeployError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import type { Progress, Step, StepContext } from '../../plan/step.ts';
import { LIST_LAG_MS } from '../lag.ts';
import { describeStep } from '../registry.ts';

describe('giving a version the traffic', () => {
  const step: Step = { kind: 'promote', versionId: null, force: false };
  const soFar = { versionId: 'v2' };

  test('deploys the uploaded one, after a look whether somebody else did', async () => {
    const { result, writes, reads } = await carry(
      'apply',
      step,
      { [`GET ${DEPLOYMENTS}`]: listed(BEFORE), [`POST ${DEPLOYMENTS}`]: OURS },
      { soFar },
    );
    expect(result).toEqual({ versionId: 'v2', promoted: true });
    expect(reads).toEqual([`GET ${DEPLOYMENTS}`]);
    expect(writes.map(({ call, body }) => [call, body])).toEqual([
      [`POST ${DEPLOYMENTS}`, deployed({ v2: 100 })],
    ]);
  });

  test('deploys the one that is named, by force where asked to', async () => {
    const { result, writes } = await carry(
      'apply',
      { kind: 'promote', versionId: 'v0', force: true },
      { [`GET ${DEPLOYMENTS}`]: listed(BEFORE), [`POST ${DEPLOYMENTS}`]: OURS },
    );
    expect(result).toEqual({ versionId: 'v0', promoted: true });
    expect(writes[0]).toMatchObject({ call: `POST ${DEPLOYMENTS}?force=true`, body: deployed({ v0: 100 }) });
  });

  test('without a version is a fault of ours, before anything is sent', async () => {
    const { result, calls } = await carry('apply', step, {});
    expect([result, calls]).toMatchObject([{ code: 'INTERNAL' }, []]);
  });

  test.each<[string, readonly JsonObject[], string]>([
    [
      'somebody else deployed',
      [THEIRS, BEFORE],
      'bob@example.com deployed v9 at 2026-03-01T00:00:00Z from api.',
    ],
    ['nothing is deployed any more', [], 'It has no active deployment any more.'],
    [
      'a nobody deployed',
      [{ ...THEIRS, author_email: null, source: null }, BEFORE],
      'Somebody deployed v9 at 2026-03-01T00:00:00Z.',
    ],
  ])('is refused where %s', async (_name, deployments, who) => {
    const { result, calls } = await carry(
      'apply',
      step,
      { [`GET ${DEPLOYMENTS}`]: listed(...deployments) },
      { soFar },
    );
    expect(calls).toEqual([]);
    expect(result).toMatchObject({ code: 'CONFLICT' });
    expect((result as DeployError).message).toContain(who);
  });

  test('what this run staged is no conflict', async () => {
    const { result } = await carry(
      'apply',
      step,
      { [`GET ${DEPLOYMENTS}`]: listed(STAGED, BEFORE), [`POST ${DEPLOYMENTS}`]: OURS },
      { soFar: { ...soFar, staged: makeDeployment({ id: 'd2' }) } },
    );
    expect(result).toMatchObject({ promoted: true });
  });

  test('a Worker that was and is without a deployment is unchanged', async () => {
    const { result } = await carry(
      'apply',
      step,
      { [`GET ${DEPLOYMENTS}`]: null, [`POST ${DEPLOYMENTS}`]: OURS },
      { soFar, context: { basedOn: null } },
    );
    expect(result).toMatchObject({ promoted: true });
  });

  test.each<[string, JsonObject, number]>([
    ['that did arrive is not sent twice', OURS, 1],
    ['of another run is none of ours', answered('d3', { v2: 100 }, 'other'), 2],
    ['with another version is none of ours', answered('d3', { v1: 100 }, 'run'), 2],
    ['that is a split is none of ours', STAGED, 2],
  ])('an active deployment after a lost answer %s', async (_name, active, sent) => {
    let looks = 0;
    const { result, calls, waits } = await carry(
      'apply',
      step,
      {
        [`GET ${DEPLOYMENTS}`]: () => ((looks += 1) === 1 ? listed(BEFORE) : listed(active, BEFORE)),
        [`POST ${DEPLOYMENTS}`]: (attempt) => (attempt === 1 ? lost() : OURS),
      },
      { soFar },
    );
    expect(result).toMatchObject({ promoted: true });
    expect(calls).toHaveLength(sent);
    expect(waits).toEqual([LIST_LAG_MS]);
  });

  test('that is refused is not looked for', async () => {
    const { result, waits } = await carry(
      'apply',
      step,
      { [`GET ${DEPLOYMENTS}`]: listed(BEFORE), [`POST ${DEPLOYMENTS}`]: refused(100146) },
      { soFar },
    );
    expect(result).toMatchObject({ code: 'API_REFUSED' });
    expect(waits).toEqual([]);
  });

  test.each<[string, readonly JsonObject[] | null, Partial<StepContext>, string | null, number]>([
    ['deploys what was live before', [OURS, BEFORE], {}, null, 1],
    ['does nothing where that is still live', [BEFORE], {}, null, 0],
    ['does nothing where nothing is live', null, {}, null, 0],
    [
      'leaves what somebody else deployed, and says so',
      [THEIRS, OURS],
      {},
      'the traffic of Worker acme: somebody else deployed meanwhile',
      0,
    ],
    [
      'cannot go back to nothing, and says so',
      [OURS],
      { basedOn: null },
      'Worker acme: there is no deployment to go back to',
      0,
    ],
  ])('undone it %s', async (_name, deployments, context, left, sent) => {
    const { result, writes } = await carry(
      'revert',
      step,
      {
        [`GET ${DEPLOYMENTS}`]: deployments === null ? null : listed(...deployments),
        [`POST ${DEPLOYMENTS}`]: BEFORE,
      },
      { context },
    );
    expect(result).toBe(left);
    expect(writes.map(({ call, body }) => [call, body])).toEqual(
      Array.from({ length: sent }, () => [`POST ${DEPLOYMENTS}?force=true`, deployed({ v1: 100 })]),
    );
  });
});

describe('giving the traffic back where somebody deployed meanwhile', () => {
  const step: Step = { kind: 'promote', versionId: null, force: false };
  const by = (id: string, versionId: string, marker: string): JsonObject => ({
    ...answered(id, { [versionId]: 100 }),
    annotations: { 'workers/message': `[cf-deploy ${marker}]` },
  });
  const staged = {
    ...STAGED,
    id: 'd2',
    annotations: by('', '', 'run=run over=d1')['annotations'] as JsonObject,
  };
  const theirs = by('d9', 'v9', 'run=other over=d2');
  const back = by('d4', 'v1', 'run=run over=d1');
  /** Undoes; each look shows the next list, and the last one from then on. */
  const undo = async (...looks: readonly (JsonObject | DeployError)[]) => {
    const { result, writes } = await carry('revert', step, {
      [`GET ${DEPLOYMENTS}`]: (attempt) => {
        return looks[Math.min(attempt, looks.length) - 1] ?? listed();
      },
      [`POST ${DEPLOYMENTS}`]: BEFORE,
    });
    return [result, ...writes.map(({ body }) => body)];
  };

  test('it goes to who deployed over what this run had staged, though this run deployed over that', async () => {
    const ours = by('d3', 'v2', 'run=run over=d1');

    expect(await undo(listed(ours, theirs, staged, BEFORE))).toEqual([null, deployed({ v9: 100 })]);
  });

  test.each<[string, JsonObject]>([
    ['from here', theirs],
    ['by hand', answered('d9', { v9: 100 })],
  ])('it goes to who deployed %s between the look and the call that gave it back', async (_name, between) => {
    expect(await undo(listed(staged, BEFORE), listed(back, between, staged, BEFORE))).toEqual([
      null,
      deployed({ v1: 100 }),
      deployed({ v9: 100 }),
    ]);
  });

  test.each<[string, JsonObject | DeployError]>([
    ['nobody deployed between', listed(back, staged, BEFORE)],
    ['somebody deployed after it', listed(theirs, back, staged, BEFORE)],
    ['the list is behind', listed(staged, BEFORE)],
    ['the list cannot be read', lost()],
  ])('it is given back once where %s', async (_name, look) => {
    expect(await undo(listed(staged, BEFORE), look)).toEqual([null, deployed({ v1: 100 })]);
  });

  test.each<[string, JsonObject, number]>([
    ['and did not arrive is made again', listed(staged, BEFORE), 2],
    ['and did is not', listed(back, staged, BEFORE), 1],
  ])('the call that got no answer %s', async (_name, look, sent) => {
    const { result, writes, waits } = await carry('revert', step, {
      [`GET ${DEPLOYMENTS}`]: (attempt) => (attempt === 1 ? listed(staged, BEFORE) : look),
      [`POST ${DEPLOYMENTS}`]: (attempt) => (attempt === 1 ? lost() : BEFORE),
    });

    expect(result).toBeNull();
    expect(writes.map(({ body }) => body)).toEqual(Array.from({ length: sent }, () => deployed({ v1: 100 })));
    expect(waits).toEqual([LIST_LAG_MS]);
  });
});

describe('putting a version beside the live one', () => {
  const step: Step = { kind: 'stage' };
  const soFar = { versionId: 'v2' };

  test('gives it no traffic', async () => {
    const { result, writes } = await carry(
      'apply',
      step,
      { [`GET ${DEPLOYMENTS}`]: listed(BEFORE), [`POST ${DEPLOYMENTS}`]: STAGED },
      { soFar },
    );
    expect(result).toMatchObject({ versionId: 'v2', staged: { id: 'd2' } });
    expect(writes[0]).toMatchObject({
      call: `POST ${DEPLOYMENTS}?force=true`,
      body: deployed({ v1: 100, v2: 0 }),
    });
  });

  test.each<[string, Partial<StepContext>, Progress]>([
    ['without a version', {}, {}],
    ['without a live one', { basedOn: null }, soFar],
    ['beside a deployment of nothing', { basedOn: makeDeployment({ versions: [] }) }, soFar],
  ])('%s is a fault of ours', async (_name, context, before) => {
    const { result, calls } = await carry('apply', step, {}, { context, soFar: before });
    expect([result, calls]).toMatchObject([{ code: 'INTERNAL' }, []]);
  });

  test('is refused where somebody else deployed', async () => {
    const { result } = await carry('apply', step, { [`GET ${DEPLOYMENTS}`]: listed(THEIRS) }, { soFar });
    expect(result).toMatchObject({ code: 'CONFLICT' });
  });

  test.each([
    ['that arrived is not sent twice', STAGED, 1],
    ['of which nothing is seen is sent again', BEFORE, 2],
  ])('after a lost answer one %s', async (_name, active, sent) => {
    let looks = 0;
    const { result, calls, waits } = await carry(
      'apply',
      step,
      {
        [`GET ${DEPLOYMENTS}`]: () => ((looks += 1) === 1 ? listed(BEFORE) : listed(active)),
        [`POST ${DEPLOYMENTS}`]: (attempt) => (attempt === 1 ? lost() : STAGED),
      },
      { soFar },
    );
    expect(result).toMatchObject({ staged: { id: 'd2' } });
    expect([calls.length, waits]).toEqual([sent, [LIST_LAG_MS]]);
  });

  test('that is refused is not looked for', async () => {
    const { result, waits } = await carry(
      'apply',
      step,
      { [`GET ${DEPLOYMENTS}`]: listed(BEFORE), [`POST ${DEPLOYMENTS}`]: refused(100146) },
      { soFar },
    );
    expect([result, waits]).toMatchObject([{ code: 'API_REFUSED' }, []]);
  });

  test.each<[string, JsonObject | null, Partial<StepContext>, number]>([
    ['takes it away again', STAGED, {}, 1],
    ['does nothing where it is gone already', answered('d3', { v1: 100 }, 'run'), {}, 0],
    ['leaves what somebody else staged', answered('d9', { v1: 50, v9: 50 }, 'other'), {}, 0],
    ['does nothing where nothing is live', null, {}, 0],
    ['does nothing where nothing was live', STAGED, { basedOn: null }, 0],
  ])('undone it %s', async (_name, active, context, sent) => {
    const { result, writes } = await carry(
      'revert',
      step,
      {
        [`GET ${DEPLOYMENTS}`]: active === null ? null : listed(active),
        [`POST ${DEPLOYMENTS}`]: BEFORE,
      },
      { context },
    );
    expect(result).toBeNull();
    expect(writes.map(({ body }) => body)).toEqual(Array.from({ length: sent }, () => deployed({ v1: 100 })));
  });
});

describe('noting what cannot be read back', () => {
  const step: Step = { kind: 'mark', triggers: 'after' };
  const noted = (run: string, triggers: string): JsonObject => ({
    ...answered('d2', { v2: 100 }),
    annotations: { 'workers/message': `[cf-deploy triggers=${triggers} run=${run}]` },
  });

  test.each<[string, JsonObject, number]>([
    ['deploys the live version again with the note', BEFORE, 1],
    ['does so after our own deployment', OURS, 1],
    ['does not where it is noted already', noted('run', 'after'), 0],
    ['does where something else is', noted('run', 'older'), 1],
    ['does not repeat somebody else’s deployment in our name', THEIRS, 0],
  ])('%s', async (_name, active, sent) => {
    const { result, writes } = await carry(
      'apply',
      step,
      { [`GET ${DEPLOYMENTS}`]: listed(active), [`POST ${DEPLOYMENTS}`]: OURS },
      { soFar: { versionId: 'v2' } },
    );
    expect(result).toEqual({ versionId: 'v2' });
    expect(writes).toHaveLength(sent);
    for (const { call, body } of writes) {
      const [live] = active['versions'] as readonly { readonly version_id: string }[];
      expect([call, body]).toEqual([
        `POST ${DEPLOYMENTS}?force=true`,
        deployed({ [live?.version_id ?? '']: 100 }, 'after'),
      ]);
    }
  });

  test('is a fault of ours where nothing is deployed', async () => {
    for (const found of [null, listed()]) {
      const { result } = await carry('apply', step, { [`GET ${DEPLOYMENTS}`]: found });
      expect(result).toMatchObject({ code: 'INTERNAL' });
    }
  });

  test('undone it notes what was noted before, where that is known', async () => {
    const answers = { [`GET ${DEPLOYMENTS}`]: listed(OURS), [`POST ${DEPLOYMENTS}`]: OURS };
    const back = await carry('revert', step, answers);
    expect(back.writes.map(({ body }) => body)).toEqual([deployed({ v2: 100 })]);
    const unknown = await carry('revert', step, answers, { context: { triggersBefore: null } });
    expect([back.result, unknown.result, unknown.calls]).toEqual([null, null, []]);
  });
});

describe('asking a version before it has traffic', () => {
  const asked = (verdict: string, url: string | null, soFar: Progress = { versionId: 'v2' }) =>
    carry(
      'apply',
      { kind: 'check-version', staged: true },
      {},
      {
        soFar,
        context: {
          checkVersion: async (id, staged) =>
            ({ verdict, message: `${id} ${staged ? 'staged' : 'alone'} answers 500`, url }) as never,
        },
      },
    );

  test.each(['healthy', 'inconclusive', 'skipped'])('%s: the deploy goes on', async (verdict) => {
    expect((await asked(verdict, null)).result).toEqual({ versionId: 'v2' });
  });

  test.each([
    ['https://acme.test.workers.dev', 'Ask https://acme.test.workers.dev yourself'],
    [null, 'Ask its URL yourself'],
  ])('unhealthy at %s: it stops', async (url, hint) => {
    const { result } = await asked('unhealthy', url);
    expect(result).toMatchObject({ code: 'HEALTH_FAILED', details: { verdict: 'unhealthy' } });
    expect((result as DeployError).message).toContain('v2 staged answers 500. This run gave it no traffic.');
    expect((result as DeployError).hint).toContain(hint);
  });

  test('there must be one', async () => {
    expect((await asked('healthy', null, {})).result).toMatchObject({ code: 'INTERNAL' });
  });

  test('nothing of it has to be undone', async () => {
    expect((await carry('revert', { kind: 'check-version', staged: true }, {})).result).toBeNull();
  });
});

test('without assets there are none to upload, and nothing of them has to be undone', async () => {
  const step: Step = { kind: 'upload-assets', files: 1 };
  expect((await carry('apply', step, {})).result).toMatchObject({ code: 'INTERNAL' });
  expect((await carry('revert', step, {})).result).toBeNull();
});

test.each<[Step, string, number]>([
  [{ kind: 'upload-assets', files: 1 }, 'upload 1 static asset (only those missing)', 2],
  [{ kind: 'upload-assets', files: 2 }, 'upload 2 static assets (only those missing)', 2],
  [{ kind: 'upload-version', inheritedSecrets: [] }, 'upload a new version (no traffic yet)', 1],
  [
    { kind: 'upload-script', exists: true, migrations: null, inheritedSecrets: [] },
    'upload the script (live at once)',
    1,
  ],
  [
    {
      kind: 'upload-script',
      exists: false,
      toItself: ['SELF'],
      migrations: { new_tag: 'v2', steps: [] },
      inheritedSecrets: [],
    },
    'create the Worker (live at once), migration v2, its binding to itself in a second upload if the first one is refused',
    1,
  ],
  [{ kind: 'stage' }, 'put the new version beside the live one, with 0 % of the traffic', 1],
  [{ kind: 'check-version', staged: true }, 'ask the new version before it has traffic', 0],
  [{ kind: 'check-version', staged: false }, 'ask the new version at its own URL', 0],
  [{ kind: 'promote', versionId: null, force: false }, 'give all traffic to the new version', 1],
  [{ kind: 'promote', versionId: 'v0', force: false }, 'give all traffic to v0', 1],
  [{ kind: 'mark', triggers: 'x' }, 'note in the deployment what cannot be read back', 1],
  [{ kind: 'crons', before: [], after: ['1 * * * *', '2 * * * *'] }, 'set crons 1 * * * *, 2 * * * *', 1],
  [{ kind: 'crons', before: [], after: [] }, 'remove all cron triggers', 1],
  [{ kind: 'routes', before: [], after: [] }, 'remove all routes', 1],
  [{ kind: 'routes', before: [], after: [{ pattern: 'a/*' }] }, 'set routes a/*', 1],
  [{ kind: 'custom-domains', before: [], after: [], takeOver: false }, 'detach all custom domains', 1],
  [{ kind: 'custom-domains', before: [], after: [{ hostname: 'a.b' }], takeOver: false }, 'attach a.b', 1],
  [{ kind: 'script-settings', before: {}, after: { logpush: true, tags: [] } }, 'set logpush, tags', 1],
  [
    { kind: 'subdomain', before: { enabled: false }, after: { enabled: true, previews_enabled: false } },
    'switch workers.dev on, version URLs off',
    1,
  ],
  [
    { kind: 'subdomain', before: { enabled: false }, after: { enabled: false, previews_enabled: true } },
    'switch workers.dev off, version URLs on',
    1,
  ],
  [{ kind: 'subdomain', before: { enabled: false }, after: { enabled: false } }, 'switch workers.dev off', 1],
  [
    {
      kind: 'workflows',
      put: [
        { name: 'a', className: 'A', options: {} },
        { name: 'b', className: 'B', options: {} },
      ],
      created: [],
    },
    'register workflow a, workflow b',
    2,
  ],
])('a step is told in words, with its calls: %j', (step, description, calls) => {
  expect(describeStep(step)).toEqual({ description, calls });
});
