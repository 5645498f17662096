import { describe, expect, test } from 'vitest';
import { fakeApi, type Answer } from '../../test/support/api.ts';
import { makeAbsent, makeLive, makeVersion } from '../../test/support/live.ts';
import { olderCode, planOf, type PlanCase } from '../../test/support/plan.ts';
import { makeHealthCheck } from '../../test/support/worker.ts';
import { createAccountReads } from '../cloudflare/account-reads.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { LiveWorker } from '../sections/live.ts';
import type { Problem } from '../sections/problem.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { preflight, preflightError } from './preflight.ts';
import type { PreflightInputs } from './preflight/inputs.ts';
import { plannedSteps, planResult } from './result.ts';

const COMMIT = 'c'.repeat(40);
const NEWER = 'e'.repeat(40);

async function check(
  given: PlanCase & { readonly inputs?: Partial<PreflightInputs> },
  answers: Readonly<Record<string, Answer>> = {},
) {
  const { reader, reads } = fakeApi(answers);
  const problems = await preflight({
    plan: planOf(given),
    reader,
    account: createAccountReads(),
    git: { isAncestor: async () => null } as unknown as PreflightInputs['git'],
    commit: null,
    hasSecret: () => false,
    takeOver: false,
    takeOverSplit: false,
    split: null,
    force: false,
    ...given.inputs,
  });
  return { codes: problems.map(({ finding }) => finding.code), problems, reads };
}

const annotated = (annotations: Readonly<Record<string, string>>, parts = { code: 'older' }) => {
  return (worker: ResolvedWorker): LiveWorker =>
    makeLive(worker, parts, { version: makeVersion({ annotations }) });
};

test('a plan without steps is not checked', async () => {
  const broken = { secrets: { required: ['A'] } };
  const live = (worker: ResolvedWorker): LiveWorker =>
    makeLive(
      worker,
      {},
      { version: makeVersion({ annotations: { 'workers/message': '[cf-deploy of=x]' } }) },
    );
  expect(await check({ worker: broken, live })).toEqual({ codes: [], problems: [], reads: [] });
});

test('what the code lacks stops a deploy; what is only worth a word does not', async () => {
  const worker = { triggers: { workersDev: true, workflows: [{ name: 'w', className: 'W', options: {} }] } };
  const { codes, problems } = await check({ worker, live: olderCode });
  expect(codes).toEqual(['missing-export']);
  expect(problems[0]).toMatchObject({ code: 'BUNDLE_INVALID', finding: { severity: 'error' } });
  expect((await check({ bundle: null, live: olderCode })).codes).toEqual([]);
});

test('each section asks for its own part', async () => {
  const worker = { secrets: { required: ['A', 'B'] } };
  const live = (is: ResolvedWorker): LiveWorker => makeLive(is, { code: 'older', secrets: ['B'] });
  expect((await check({ worker, live })).codes).toEqual(['secret-missing']);
  expect((await check({ worker, live, inputs: { hasSecret: (name) => name === 'A' } })).codes).toEqual([]);
});

describe('whose the live Worker is', () => {
  test.each<[string, string | null, Partial<PreflightInputs>, string | null]>([
    ['another’s stops the deploy', 'other@staging', {}, 'other (staging)'],
    ['another’s at the top level too', 'other', {}, 'deployed as other;'],
    ['ours does not', 'acme', {}, null],
    ['another’s is taken over on request', 'other', { takeOver: true }, null],
    ['unknown is not foreign', null, {}, null],
  ])('%s', async (_name, of, inputs, said) => {
    const live = annotated(of === null ? {} : { 'workers/message': `[cf-deploy of=${of}]` });
    const { problems } = await check({ live, inputs });
    expect(problems.map(({ code }) => code)).toEqual(said === null ? [] : ['CONFLICT']);
    expect(problems[0]?.finding.message ?? '').toContain(said ?? '');
  });

  test('a Worker without a version tells nothing', async () => {
    const live = (worker: ResolvedWorker): LiveWorker =>
      makeLive(worker, { code: 'older' }, { version: null });
    expect((await check({ live, inputs: { commit: COMMIT } })).codes).toEqual([]);
  });
});

describe('an older commit', () => {
  const isAncestor = (answer: boolean | null) => {
    const asked: string[] = [];
    const git = {
      isAncestor: async (older: string, newer: string) => {
        asked.push(`${older[0]} ${newer[0]}`);
        return answer;
      },
    } as unknown as PreflightInputs['git'];
    return { git, asked };
  };
  const live = annotated({ 'workers/commit_sha': NEWER });
  test.each<[string, PlanCase, Partial<PreflightInputs>, boolean | null, readonly string[]]>([
    ['does not replace a newer one', { live }, { commit: COMMIT }, true, ['stale-commit']],
    ['does where it is asked to', { live }, { commit: COMMIT, force: true }, true, []],
    ['is not one that git does not know', { live }, { commit: COMMIT }, null, []],
    ['is not the same', { live }, { commit: NEWER }, true, []],
    ['is not one outside git', { live }, { commit: null }, true, []],
    ['is not where the live one is not known', { live: annotated({}) }, { commit: COMMIT }, true, []],
    [
      'matters to uploads only',
      {
        worker: { triggers: { workersDev: true, crons: [] } },
        live: (worker) =>
          makeLive(
            worker,
            { crons: ['1 * * * *'] },
            { version: makeVersion({ annotations: { 'workers/commit_sha': NEWER } }) },
          ),
      },
      { commit: COMMIT },
      true,
      [],
    ],
    ['is asked for as it is', { live }, { commit: COMMIT }, false, []],
  ])('%s', async (_name, given, inputs, answer, codes) => {
    const { git } = isAncestor(answer);
    expect((await check({ ...given, inputs: { ...inputs, git } })).codes).toEqual(codes);
  });

  test('is named with the newer one, and git is asked which came first', async () => {
    const { git, asked } = isAncestor(true);
    const { problems } = await check({ live, inputs: { commit: COMMIT, git } });
    expect(asked).toEqual(['c e']);
    expect(problems[0]).toMatchObject({ code: 'STALE_COMMIT', finding: { severity: 'error' } });
    expect(problems[0]?.finding.message).toBe(
      'The live version comes from commit eeeeeeeeeeee, which is newer than cccccccccccc.',
    );
  });
});

describe('the error that stands for problems', () => {
  const problem = (code: Problem['code'], hint?: string): Problem => ({
    code,
    finding: {
      severity: 'error',
      code: 'rule',
      path: 'p',
      message: `${code} here.`,
      ...(hint === undefined ? {} : { hint }),
    },
  });

  test('is none without one', () => {
    expect(preflightError('acme', [])).toBeNull();
  });

  test.each<[Problem['code'], string]>([
    ['CONFLICT', 'ConflictError'],
    ['STALE_COMMIT', 'ConflictError'],
    ['RESOURCE_MISSING', 'DeployError'],
    ['SECRET_MISSING', 'ConfigError'],
  ])('%s is a %s, with its hint and all findings', (code, name) => {
    const error = preflightError('acme', [problem(code, 'do this')]);
    expect(error).toMatchObject({
      name,
      code,
      hint: 'do this',
      message: `acme cannot be deployed: ${code} here. Nothing was changed.`,
    });
    expect(JSON.stringify(error?.toJSON())).toContain('"rule"');
  });

  test('counts the others, and needs no hint', () => {
    const error = preflightError('acme', [problem('CONFLICT'), problem('CONFLICT'), problem('CONFLICT')]);
    expect(error?.message).toContain('CONFLICT here. (and 2 more) Nothing was changed.');
    expect(error?.hint).toBeUndefined();
  });
});

describe('a plan as data', () => {
  const describeStep = ({ kind }: { readonly kind: string }) => ({
    description: `do ${kind}`,
    calls: kind === 'check-version' ? 0 : 2,
  });
  const resultOf = (given: PlanCase, problems: readonly Problem[] = []) => {
    const plan = planOf(given);
    const context = { worker: plan.release.worker, calls: () => 7 } as unknown as TenantContext;
    return planResult(context, { plan, problems, url: 'https://acme' }, describeStep);
  };

  test.each<[string, PlanCase, string, number]>([
    ['nothing to do costs nothing more', {}, 'none', 0],
    ['a new version is looked at before and after', { live: olderCode }, 'update', 6],
    ['a first deploy only after', { live: () => makeAbsent() }, 'create', 5],
    [
      'a step that makes nothing live only after',
      {
        worker: { triggers: { workersDev: true, crons: [] } },
        live: (worker) => makeLive(worker, { crons: ['1 * * * *'] }),
      },
      'update',
      3,
    ],
    [
      'a script upload of a Worker that exists',
      { bundle: { format: 'service-worker' }, live: olderCode },
      'update',
      4,
    ],
  ])('%s', (_name, given, action, estimated) => {
    expect(resultOf(given)).toMatchObject({ action, calls: { spent: 7, estimated } });
  });

  test('says for whom, against what, and all findings: what stops it, of the code, of the plan, of the files', () => {
    const warning = { severity: 'warning', code: 'file', path: '', message: '' } as const;
    const { findings, ...result } = resultOf(
      {
        worker: { warnings: [warning], environment: 'staging', health: makeHealthCheck() },
        bundle: { size: { raw: 10, gzip: 5 } },
        live: (worker) => makeLive(worker, { code: 'older' }, { undeployed: makeVersion({ id: 'v3' }) }),
      },
      [{ code: 'CONFLICT', finding: { severity: 'error', code: 'taken', path: '', message: '' } }],
    );
    expect(findings.map(({ code }) => code)).toEqual(['taken', 'undeployed-version', 'file']);
    expect(result).toMatchObject({
      tenant: 'acme',
      environment: 'staging',
      scriptName: 'acme',
      url: 'https://acme',
      upload: 'version',
      bundle: { digest: 'd'.repeat(64), rawBytes: 10, gzipBytes: 5, modules: 1 },
      basedOn: { deploymentId: 'd1', versionId: 'v1' },
      steps: [
        { kind: 'upload-version', description: 'do upload-version', calls: 2, destructive: false },
        { kind: 'promote', description: 'do promote', calls: 2, destructive: false },
      ],
    });
  });

  test('warnings of the code are told, its errors only as problems', () => {
    const worker = {
      triggers: { workersDev: true, workflows: [{ name: 'w', className: 'W', options: {} }] },
    };
    expect(resultOf({ worker, live: olderCode }).findings).toEqual([]);
    // A cron that no handler answers is accepted, and every run of it fails.
    const crons = { triggers: { workersDev: true, crons: ['1 * * * *'] } };
    const told = resultOf({ worker: crons, live: olderCode }).findings;
    expect(told.map(({ severity, code }) => [severity, code])).toEqual([['warning', 'missing-handler']]);
  });

  test('without code and without a Worker there is nothing to compare with', () => {
    expect(resultOf({ bundle: null, live: () => makeAbsent() })).toMatchObject({
      bundle: null,
      basedOn: { deploymentId: null, versionId: null },
    });
  });

  test('a step is destructive when a difference that it carries is', () => {
    const worker = { triggers: { workersDev: false, routes: [] }, migrations: [] };
    const live = (is: ResolvedWorker): LiveWorker =>
      makeLive(is, { code: 'older', workersDev: { enabled: true }, routes: { 'a/*': {} } });
    expect(
      plannedSteps(planOf({ worker, live }), describeStep).map(({ kind, destructive }) => [
        kind,
        destructive,
      ]),
    ).toEqual([
      ['upload-version', false],
      ['promote', false],
      ['subdomain', true],
      ['routes', true],
    ]);
    const deleting = {
      migrations: [
        { tag: 'v1', new_sqlite_classes: ['Room'] },
        { tag: 'v2', deleted_classes: ['Room'] },
      ],
    };
    const behind = (is: ResolvedWorker): LiveWorker => makeLive(is, { migrations: 'v1' });
    expect(plannedSteps(planOf({ worker: deleting, live: behind }), describeStep)).toMatchObject([
      { kind: 'upload-script', destructive: true },
    ]);
  });
});

test('a split that somebody left stops an upload, unless it is taken over', async () => {
  const split = { message: 'The traffic is split.', hint: 'Promote it.' };
  const live = olderCode;
  const refused = await check({ live, inputs: { split } });
  const taken = await check({ live, inputs: { split, takeOverSplit: true } });
  expect([refused.codes, taken.codes]).toEqual([['traffic-split'], []]);
});

test('what cannot be gradual is refused, and a first deploy is not', async () => {
  const exports = { Room: { type: 'durable-object' } };
  const options = { strategy: 'gradual' } as const;
  const refused = await check({ worker: { exports }, live: olderCode, options });
  const first = await check({ live: () => makeAbsent(), options });
  expect(refused.codes).toContain('gradual-impossible');
  expect(first.codes).not.toContain('gradual-impossible');
});

test('what could not be looked at stops nothing', () => {
  const unknown: Problem = {
    code: 'RESOURCE_MISSING',
    finding: { severity: 'warning', code: 'zone-unknown', path: '', message: 'not known' },
  };
  const wrong: Problem = {
    code: 'CONFLICT',
    finding: { severity: 'error', code: 'domain-taken', path: '', message: 'taken' },
  };
  expect(preflightError('acme', [unknown])).toBeNull();
  expect(preflightError('acme', [unknown, wrong])).toMatchObject({
    code: 'CONFLICT',
    details: { findings: [wrong.finding] },
  });
});
