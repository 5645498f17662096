import type { LiveWorker, ReadScope } from '../sections/live.ts';
import { knowsDeclared, type LiveMemory } from '../sections/live-memory.ts';
import { readWorker } from '../sections/state.ts';
import { knownGradual } from '../session/gradual.ts';
import { urlOf } from '../session/public-url.ts';
import type { Strategy, VerifyBefore } from '../shapes/traffic-schema.ts';
import { makePlan, type Plan, type Release } from './plan.ts';
import { preflight } from './preflight.ts';
import { foundSplit, type FoundSplit } from './preflight/split.ts';
import type { StepKind } from './step.ts';
import type { Problem } from '../sections/problem.ts';
import { checkStartup, prepareRelease } from './prepare.ts';
import type { TenantContext } from '../session/tenant-context.ts';

/** A plan and what would stop it. */
export interface CheckedPlan {
  readonly plan: Plan;
  readonly problems: readonly Problem[];
  /** A split of the traffic that somebody left; null when one version has all of it. */
  readonly split: FoundSplit | null;
}

/** Builds, reads the account at the same time, compares, and checks. Only reads. */
export async function readPlan(
  context: TenantContext,
  options: {
    readonly scope: ReadScope;
    readonly force: boolean;
    readonly takeOver: boolean;
    /** @default false */
    readonly takeOverSplit?: boolean | undefined;
    /** @default what the files say */
    readonly strategy?: Strategy | undefined;
    /** @default what the files say */
    readonly verifyBefore?: VerifyBefore | undefined;
    /** Code that was found well in the same release. @default none */
    readonly provenCode?: Pick<ReadonlySet<string>, 'has'> | undefined;
    /** Commit the deploy is made from; null outside git. */
    readonly commit: string | null;
    /** @default nothing is remembered */
    readonly memory?: LiveMemory | undefined;
  },
): Promise<CheckedPlan> {
  const { worker, world, api, account } = context;
  const stage = (name: 'read' | 'plan' | 'preflight'): void =>
    world.emit({ type: 'stage', tenant: worker.tenant, stage: name });
  // The build is checked first, so that a Worker that does not compile costs no call.
  const release = await prepareRelease(context, () => api.warmUp());
  stage('read');
  const before = await beforeOptions(context, release, options);
  const takeOverSplit = options.takeOverSplit ?? false;
  const strategy = options.strategy ?? worker.traffic.strategy;
  const planFor = (live: LiveWorker): Plan =>
    makePlan(release, live, {
      ...options,
      takeOverSplit,
      strategy,
      ...before,
      notYet: context.notYet ?? [],
    });
  const plan = await planOnLive(context, options, planFor);
  const split = foundSplit(plan.live, worker.scriptName, knownGradual(context));
  stage('plan');
  // Git answers while the checks are made; whoever needs the answer sees why there is none. Without an upload nobody does.
  if (plan.upload !== 'none') {
    context.scope.projectId().catch(() => undefined);
    await checkStartup(context, release, plan.upload);
  }
  stage('preflight');
  const problems = await preflight({
    ...options,
    plan,
    reader: api.reader,
    account,
    git: world.git,
    hasSecret: (name) => context.secretValue(name) !== undefined,
    takeOverSplit,
    split,
  });
  return { plan, problems, split };
}

/** The plan for what is live: of a remembered Worker where only its versions change, else of what was read. */
async function planOnLive(
  { worker, api, account }: TenantContext,
  { scope, memory }: { readonly scope: ReadScope; readonly memory?: LiveMemory | undefined },
  planFor: (live: LiveWorker) => Plan,
): Promise<Plan> {
  const remembered = (await memory?.recall()) ?? null;
  const known = remembered !== null && knowsDeclared(remembered, worker) ? planFor(remembered) : null;
  if (known !== null && touchesOnlyVersions(known)) return known;
  return planFor(await readWorker({ reader: api.reader, account, worker, scope }));
}

/** What decides whether the version is asked before it has traffic. */
async function beforeOptions(
  context: TenantContext,
  { bundle }: Release,
  options: Pick<Parameters<typeof readPlan>[1], 'verifyBefore' | 'provenCode'>,
) {
  const verifyBefore = options.verifyBefore ?? context.worker.traffic.checkBefore;
  const provenCode = options.provenCode?.has(bundle?.digest ?? '') ?? false;
  return { verifyBefore, provenCode, url: verifyBefore === 'never' ? null : await urlOf(context) };
}

/** Steps that replace nothing but versions; every other one needs what it replaces as it is now. */
const OF_VERSIONS: ReadonlySet<StepKind> = new Set([
  'upload-assets',
  'upload-version',
  'stage',
  'check-version',
  'promote',
]);

function touchesOnlyVersions({ steps }: Plan): boolean {
  return steps.every(({ kind }) => OF_VERSIONS.has(kind));
}
