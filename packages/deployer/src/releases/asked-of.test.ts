import { expect, test } from 'vitest';
import { makeWorker } from '../../test/support/worker.ts';
import type { DeployOptions } from '../commands/deploy.ts';
import type { PlanResult } from '../plan/result.ts';
import type { Release } from '../store/release.ts';
import type { ReleaseStore } from '../store/release-store.ts';
import { askedOf, provenIn } from './asked-of.ts';
import { USUAL_DEPLOY } from '../../test/support/release.ts';

const RELEASE = { id: 'r1', message: null, rollout: { deploy: USUAL_DEPLOY } } as unknown as Release;
const { accountId, scriptName } = makeWorker();

function asked(release: Release, confirm?: DeployOptions['confirm']) {
  const noted: unknown[] = [];
  const store = {
    forget: (...args: unknown[]) => void noted.push(['forget', ...args]),
    note: (...args: unknown[]) => void noted.push(['note', ...args]),
  } as unknown as ReleaseStore;
  const { confirm: agree, ...options } = askedOf(
    release,
    { target: 'acme/api' },
    { worker: makeWorker() },
    { store, confirm },
  );
  return { options, noted, agree: async (plan: PlanResult) => agree?.(plan) };
}

const PLAN = { basedOn: { previousVersionId: 'v1', upload: 'digest' } } as PlanResult;

test('a target is deployed as was asked of the release, and otherwise as its files say', () => {
  const base = { force: false, verify: true, takeOver: false, takeOverSplit: false };
  expect(asked(RELEASE).options).toEqual(base);
  const all = {
    force: true,
    verify: false,
    takeOver: true,
    takeOverSplit: true,
    strategy: 'at-once',
    verifyBefore: 'promote',
    tag: 't',
  };
  const release = {
    ...RELEASE,
    message: 'm',
    rollout: { deploy: { ...USUAL_DEPLOY, ...all } },
  } as unknown as Release;
  expect(asked(release).options).toEqual({ ...all, message: 'm' });
});

test('what it runs is noted before its first write, and what was remembered of it is forgotten', async () => {
  const { agree, noted } = asked(RELEASE);
  expect(await agree(PLAN)).toBe(true);
  expect(noted).toEqual([
    ['forget', accountId, scriptName],
    ['note', 'r1', 'acme/api', 'v1'],
  ]);
});

test('in a namespace, which has no versions, that is the kept upload', async () => {
  const { agree, noted } = asked(RELEASE);
  await agree({ basedOn: { previousVersionId: null, upload: 'digest' } } as PlanResult);
  expect(noted.at(-1)).toEqual(['note', 'r1', 'acme/api', 'digest']);
});

test.each([true, false])('who confirms is asked with the plan; %s', async (answer) => {
  const plans: PlanResult[] = [];
  const { agree, noted } = asked(RELEASE, async (plan) => {
    plans.push(plan);
    return answer;
  });
  expect(await agree(PLAN)).toBe(answer);
  expect([plans, noted.length]).toEqual([[PLAN], answer ? 2 : 0]);
});

test.each([
  [0, 1, true],
  [0, 2, false],
  [1, 2, true],
])('code that was healthy elsewhere is proven in wave %i of %i: %s', (wave, waves, proven) => {
  const release = { rollout: { waves: Array.from({ length: waves }, () => ({})) } } as unknown as Release;
  const healthy = new Set<string>();
  const code = provenIn(release, { wave }, healthy);
  expect(code.has('digest')).toBe(false);
  code.add('digest');
  expect([code.has('digest'), code.has('other'), [...healthy]]).toEqual([proven, false, ['digest']]);
});
