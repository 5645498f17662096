import { randomBytes } from 'node:crypto';
import { deploymentMessage, versionAnnotations } from '../apply/annotations.ts';
import { appliedLive } from '../apply/applied-live.ts';
import { carryOut } from '../apply/carry-out.ts';
import { gradualRun, type GradualRun } from '../apply/gradual.ts';
import { beginJournal } from '../apply/journal.ts';
import { describeStep } from '../apply/registry.ts';
import type { DeployResult } from '../apply/result.ts';
import type { Plan } from '../plan/plan.ts';
import type { InterruptedRun } from '../records/interrupted.ts';
import { plannedSteps } from '../plan/result.ts';
import { keepUpload } from './keep-upload.ts';
import { isVersioned } from '../sections/diff.ts';
import { missingSecrets } from '../sections/parts/secrets.ts';
import type { Ancestor } from './rollback/ancestor.ts';
import type { Commit } from '../session/git.ts';
import type { DeploymentRecord } from '../records/record.ts';
import { namesOf } from '../resolve/worker-names.ts';
import { type LiveWorker, wholeVersionOf } from '../sections/live.ts';
import { type LiveMemory, notLookedAt } from '../sections/live-memory.ts';
import { ownerName } from '../sections/marker.ts';
import { notedOptions } from '../sections/parts/workflow-options.ts';
import { knownGradual, shownGradual } from '../session/gradual.ts';
import { withStore } from '../session/open-store.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import type { GradualDeploy, GradualStatus } from '../store/gradual.ts';

/** How a plan is carried out. */
export interface PlanRun {
  readonly kind: 'deploy' | 'rollback' | 'promote' | 'abort';
  readonly url: string | null;
  readonly startedAt: number;
  readonly message: string | undefined;
  readonly tag?: string | undefined;
  readonly verify: boolean;
  /** What an upload brings back: it is made from the commit of that, not from the checkout. */
  readonly back?: Pick<Ancestor, 'name' | 'commit'>;
  /** The gradual deploy that is gone on with. @default none */
  readonly gradual?: GradualDeploy | null;
  /** Earlier runs that were found killed. */
  readonly interrupted: readonly InterruptedRun[];
  /** Told what a run that went well left live. */
  readonly memory?: Pick<LiveMemory, 'keep'> | undefined;
}

/**
 * Carries a plan out, whatever it is for: record, steps, health, what is live then. The one road of deploys and
 * rollbacks.
 * @throws DeployError when the record cannot be begun: nothing was changed then
 */
export function runPlan(context: TenantContext, plan: Plan, request: PlanRun): Promise<DeployResult> {
  const { world } = context;
  const { url, verify, message, gradual: before = null } = request;
  const isGradual = plan.traffic.strategy === 'gradual' || before !== null;
  // A project that never had one gets no file for it.
  if (!isGradual)
    return runNoted(context, plan, request, NOT_GRADUAL).then((result) => closeOpen(context, result));
  return withStore(world, async (store) => {
    const gradual = gradualRun(context, plan, { store, url, verify, message, before });
    const result = await runNoted(context, plan, request, gradual);
    const why = result.error?.message ?? null;
    if (before !== null && changedNothing(result)) gradual.leave(why);
    else gradual.end(endOf(result, gradual.state()), why);
    return { ...result, gradual: shownGradual(context) };
  });
}

/** What gives one version all of the traffic ends a gradual deploy that was open. */
async function closeOpen(context: TenantContext, result: DeployResult): Promise<DeployResult> {
  const open = knownGradual(context);
  const isOpen = open !== null && (open.status === 'running' || open.status === 'paused');
  if (!isOpen || result.endState !== 'live' || result.versionId === null) return result;
  const { versionId } = result;
  const others = versionId === open.newVersionId ? 'done' : 'replaced';
  const status = versionId === open.oldVersionId ? 'taken-back' : others;
  await withStore(context.world, async (store) =>
    store.noteGradual({
      ...open,
      status,
      why: `version ${versionId} has all traffic`,
      runner: null,
      wish: null,
    }),
  );
  return { ...result, gradual: shownGradual(context) };
}

/** Of runs that give a version all of the traffic at once. */
const NOT_GRADUAL: GradualRun = {
  state: () => null,
  begin: () => undefined,
  watch: () => Promise.resolve({ kind: 'go-on', message: '' }),
  end: () => undefined,
  leave: () => undefined,
};

/** A move of traffic that was refused, or did not arrive: both versions have the shares that they had. */
function changedNothing({ endState, error }: DeployResult): boolean {
  return endState === 'untouched' && error !== null && error.code !== 'CONFLICT';
}

/** Where a gradual deploy stands after a run: what has a share still can be gone on with. */
function endOf(
  { status, endState, error, steps, versionId }: DeployResult,
  gradual: GradualDeploy | null,
): GradualStatus {
  if (error?.code === 'CONFLICT') return 'replaced';
  if (['rolled-back', 'uploaded', 'untouched'].includes(endState) && status !== 'paused') return 'taken-back';
  const promoted = steps.some((step) => step.kind === 'promote' && step.status === 'done');
  if (!promoted || endState === 'unknown') return 'paused';
  return versionId === gradual?.oldVersionId ? 'taken-back' : 'done';
}

async function runNoted(
  context: TenantContext,
  plan: Plan,
  request: PlanRun,
  gradual: GradualRun,
): Promise<DeployResult> {
  const run = randomBytes(6).toString('hex');
  const commit = await commitOfRun(context, request);
  const base = resultBase(context, plan, request);
  const { kind, startedAt, url, message } = request;
  const artifact = plan.upload === 'none' ? null : await keepUpload(context, plan.release);
  const versionNotes = await notesOf(context, plan, { request, run, commit, artifact });
  const journal = await beginJournal(context, {
    kind,
    startedAt,
    url,
    message,
    run,
    commit,
    artifact,
    unversioned: unversionedOf(plan, request),
    previousVersionId: base.previousVersionId,
    changes: base.changes,
    steps: notBegun(plan),
  });
  let applied: LiveWorker | null = null;
  const carriedOut = await carryOut(context, plan, {
    gradual,
    url,
    verify: request.verify,
    onSteps: journal.note,
    onLive(deployment) {
      applied = appliedLive(plan, deployment, plan.upload === 'none' ? null : versionNotes);
    },
    steps: stepInputs(context, plan, { request, run, versionNotes }),
  });
  const versionId = plan.target ?? carriedOut.versionId;
  const result = await journal.finish({
    ...base,
    ...carriedOut,
    upload: uploadAfter(plan, carriedOut.endState, artifact),
    ...(request.back === undefined ? {} : { broughtBack: request.back.name }),
    gradual: null,
    versionId,
    calls: context.calls(),
    durationMs: context.world.now() - startedAt,
  });
  // Last: a target that is remembered may be skipped, and the record of a run that was killed before would stay open.
  if (applied !== null) await request.memory?.keep(applied, true);
  return prunedAfter(context, artifact, result);
}

/** What the steps are given beside the plan. */
function stepInputs(
  context: TenantContext,
  plan: Plan,
  of: {
    readonly request: PlanRun;
    readonly run: string;
    readonly versionNotes: ReturnType<typeof versionAnnotations>;
  },
): Parameters<typeof carryOut>[2]['steps'] {
  const { request, run, versionNotes } = of;
  return {
    newSecrets: plan.upload === 'none' ? {} : travellingSecrets(context, plan),
    versionAnnotations: versionNotes,
    deploymentMessage: (triggers) =>
      deploymentMessage(request.message, { run, over: plan.live.deployment }, triggers),
    triggersBefore: optionsBefore(plan),
    run,
  };
}

/** Of a dispatch namespace: what was sent, unless it is known not to have arrived. */
function uploadAfter(
  { release, live }: Plan,
  endState: DeployResult['endState'],
  artifact: string | null,
): string | null {
  if (release.worker.dispatchNamespace === null) return null;
  return endState === 'untouched' ? live.upload : artifact;
}

/** What the new version says about itself. */
async function notesOf(
  context: TenantContext,
  plan: Plan,
  of: { readonly request: PlanRun } & Pick<
    Parameters<typeof versionAnnotations>[0],
    'run' | 'commit' | 'artifact'
  >,
): Promise<ReturnType<typeof versionAnnotations>> {
  const { request, ...rest } = of;
  return versionAnnotations({
    ...rest,
    desired: plan.release.desired,
    over: plan.live.deployment,
    owner: ownerName(context.worker),
    project: plan.upload === 'none' ? null : await context.scope.projectId(),
    message: request.message,
    tag: request.tag,
    back: request.back?.name,
    upload: plan.upload,
  });
}

/** The first step as begun: it is next, and its own note would be one more wait for the disk. */
function notBegun(plan: Plan): DeployResult['steps'] {
  return plannedSteps(plan, describeStep).map(({ kind, description }, index) => ({
    kind,
    description,
    status: index === 0 ? 'started' : 'planned',
  }));
}

/** What every result of the plan says about itself. */
export function resultBase(
  { worker }: TenantContext,
  plan: Plan,
  { url, interrupted }: Pick<PlanRun, 'url' | 'interrupted'>,
) {
  return {
    ...namesOf(worker),
    url,
    previousVersionId: wholeVersionOf(plan.live),
    upload: plan.live.upload,
    changes: plan.changes,
    left: plan.left,
    notLookedAt: notLookedAt(plan.live),
    interrupted,
  };
}

/** What is old goes when something new was kept; that it cannot stops nobody. */
async function prunedAfter<T>({ scope }: TenantContext, artifact: string | null, result: T): Promise<T> {
  if (artifact !== null)
    await scope
      .artifacts()
      .then((store) => store.prune())
      .catch(() => undefined);
  return result;
}

async function commitOfRun({ scope }: TenantContext, { back }: PlanRun): Promise<Commit | null> {
  if (back === undefined) return scope.commit();
  return back.commit === null ? null : { sha: back.commit, dirty: false };
}

/** What the run sets beside the version; null when it leaves that as it is. */
function unversionedOf({ release, sections }: Plan, { kind }: PlanRun): DeploymentRecord['unversioned'] {
  const sets = kind === 'deploy' || (sections ?? []).some((name) => !isVersioned(name));
  const { triggers, settings } = release.worker;
  return sets ? { triggers, settings } : null;
}

function travellingSecrets({ secretValue }: TenantContext, { live, release: { worker } }: Plan) {
  return Object.fromEntries(
    missingSecrets({ worker, live }).flatMap((name) => {
      const secret = secretValue(name);
      return secret === undefined ? [] : [[name, secret] as const];
    }),
  );
}

/** What was noted of that which cannot be read back. */
function optionsBefore({ live }: Plan): string | null {
  return notedOptions(live.deployments);
}
