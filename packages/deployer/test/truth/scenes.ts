import type { Plan } from '../../src/plan/plan.ts';
import { createRelease, makePlan } from '../../src/plan/plan.ts';
import { createAccountReads } from '../../src/cloudflare/account-reads.ts';
import { trafficPlan, type LiveTraffic } from '../../src/commands/traffic-plan.ts';
import type { ResolvedWorker } from '../../src/resolve/resolved-worker.ts';
import { desiredState, readWorker } from '../../src/sections/state.ts';
import { messageWithMarker } from '../../src/sections/marker.ts';
import { makeBundle, makeHealthCheck, makeWorker } from '../support/worker.ts';
import { addDeployment, addVersion, NO_ACCOUNT, OLDEST, type Account } from './account.ts';
import { clientsOf } from './run.ts';

/** What is there, and what a run is to do about it. */
export interface Scene {
  readonly name: string;
  /** The account as the run finds it. */
  readonly start: () => Account;
  readonly plan: (account: Account) => Promise<Plan>;
  /** What the run uploads does not answer as it should. */
  readonly sick: boolean;
}

/** Crons as the files want them. */
export const CRONS = ['1 1 * * *'];
/** Code as the files have it. */
export const CODE = 'd'.repeat(32);

const BUNDLE = makeBundle({ digest: 'd'.repeat(64) });

function workerWith(fields: Partial<ResolvedWorker> = {}): ResolvedWorker {
  return makeWorker({
    build: { projectDir: '/no such folder' } as unknown as ResolvedWorker['build'],
    triggers: { workersDev: true, crons: CRONS },
    settings: { logpush: true },
    health: makeHealthCheck({ attempts: 3, successes: 1 }),
    ...fields,
  });
}

/** Two versions, the newer one live; its code is `code`, and what belongs to no version is as given. */
function there(
  code: string,
  beyond: { readonly crons: readonly string[]; readonly logpush: boolean },
  { split = false }: { readonly split?: boolean } = {},
): Account {
  const account: Account = { ...NO_ACCOUNT };
  const { config } = desiredState({ worker: workerWith(), bundle: BUNDLE, assets: null });
  const noted = (of: string): Readonly<Record<string, string>> => ({
    'workers/message': messageWithMarker(undefined, {
      code: of,
      run: `run of ${of}`.replaceAll(' ', '-'),
      ...(config.known ? { config: config.value ?? '' } : {}),
    }),
  });
  const [older, newer] = ['oldest', code].map((of) =>
    addVersion(account, { by: 'before', content: of, annotations: noted(of) }),
  ) as [string, string];
  addDeployment(account, { by: 'before', shares: { [older]: 100 }, annotations: {} });
  addDeployment(account, {
    by: 'before',
    shares: split ? { [newer]: 70, [older]: 30 } : { [newer]: 100 },
    annotations: {},
  });
  account.crons = { value: beyond.crons, by: 'before' };
  account.logpush = { value: beyond.logpush, by: 'before' };
  account.workersDev = { value: true, by: 'before' };
  account.now += 60_000;
  return account;
}

async function planned(
  account: Account,
  options: Partial<Parameters<typeof makePlan>[2]> = {},
  worker = workerWith(),
): Promise<Plan> {
  const { reader } = clientsOf(account, () => null);
  const live = await readWorker({ reader, account: createAccountReads(), worker, scope: 'declared' });
  return makePlan(createRelease(worker, BUNDLE, null), live, {
    force: false,
    takeOver: false,
    takeOverSplit: true,
    strategy: 'at-once',
    verifyBefore: 'never',
    url: 'https://acme.test.workers.dev',
    notYet: [],
    ...options,
  });
}

/** Gives the traffic back to the version before. */
async function plannedBack(account: Account): Promise<Plan> {
  const worker = workerWith();
  const { reader } = clientsOf(account, () => null);
  const live = await readWorker({ reader, account: createAccountReads(), worker, scope: 'declared' });
  return trafficPlan({ worker }, live as LiveTraffic, {
    targetId: OLDEST,
    steps: [{ kind: 'promote', versionId: OLDEST, force: false }],
  });
}

const OTHER = { crons: ['0 0 * * *'], logpush: false };
const AS_WANTED = { crons: CRONS, logpush: true };

/** Every kind of plan, small. */
export const SCENES: readonly Scene[] = [
  { name: 'new code', start: () => there('older', AS_WANTED), plan: planned, sick: false },
  { name: 'new code and triggers', start: () => there('older', OTHER), plan: planned, sick: false },
  { name: 'sick code and triggers', start: () => there('older', OTHER), plan: planned, sick: true },
  {
    name: 'new code, asked first',
    start: () => there('older', OTHER),
    plan: (account) => planned(account, { verifyBefore: 'always' }),
    sick: false,
  },
  {
    name: 'sick code, asked first',
    start: () => there('older', OTHER),
    plan: (account) => planned(account, { verifyBefore: 'always' }),
    sick: true,
  },
  { name: 'first deploy', start: () => ({ ...NO_ACCOUNT }), plan: planned, sick: false },
  { name: 'first deploy of sick code', start: () => ({ ...NO_ACCOUNT }), plan: planned, sick: true },
  { name: 'triggers alone', start: () => there(CODE, OTHER), plan: planned, sick: false },
  {
    name: 'the end of a split',
    start: () => there(CODE, AS_WANTED, { split: true }),
    plan: planned,
    sick: false,
  },
  {
    name: 'the end of a split and triggers',
    start: () => there(CODE, OTHER, { split: true }),
    plan: planned,
    sick: false,
  },
  { name: 'a rollback', start: () => there(CODE, AS_WANTED), plan: plannedBack, sick: false },
];
