import { randomBytes } from 'node:crypto';
import { deploymentMessage, versionAnnotations } from '../apply/annotations.ts';
import { appliedLive } from '../apply/applied-live.ts';
import { carryOut } from '../apply/carry-out.ts';
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
import { type LiveMemory, notLookedAt } from '../sections/live-memory.ts';
import { ownerName } from '../sections/marker.ts';
import { notedOptions } from '../sections/parts/workflow-options.ts';
import type { TenantContext } from '../session/tenant-context.ts';

/** How a plan is carried out. */
export interface PlanRun {
  readonly kind: 'deploy' | 'rollback';
  readonly url: string | null;
  readonly startedAt: number;
  readonly message: string | undefined;
  readonly tag?: string | undefined;
  readonly verify: boolean;
  /** What an upload brings back: it is made from the commit of that, not from the checkout. */
  readonly back?: Pick<Ancestor, 'name' | 'commit'>;
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
export async function runPlan(context: TenantContext, plan: Plan, request: PlanRun): Promise<DeployResult> {
  const { world } = context;
  const run = randomBytes(6).toString('hex');
  const commit = await commitOfRun(context, request);
  const base = resultBase(context, plan, request);
  const artifact = plan.upload === 'none' ? null : await keepUpload(context, plan.release);
  const versionNotes = versionAnnotations({
    desired: plan.release.desired,
    owner: ownerName(context.worker),
    project: plan.upload === 'none' ? null : await context.run.projectId(),
    run,
    message: request.message,
    tag: request.tag,
    commit,
    artifact,
    back: request.back?.name,
    upload: plan.upload,
  });
  const journal = await beginJournal(context, {
    kind: request.kind,
    run,
    startedAt: request.startedAt,
    url: request.url,
    commit,
    artifact,
    unversioned: unversionedOf(plan, request),
    message: request.message,
    previousVersionId: base.previousVersionId,
    changes: base.changes,
    steps: stepsAhead(plan),
  });
  const carriedOut = await carryOut(context, plan, {
    url: request.url,
    verify: request.verify,
    onSteps: journal.note,
    async onLive(deployment) {
      const live = appliedLive(plan, deployment, plan.upload === 'none' ? null : versionNotes);
      if (live !== null) await request.memory?.keep(live, true);
    },
    steps: {
      newSecrets: plan.upload === 'none' ? {} : travellingSecrets(context, plan),
      versionAnnotations: versionNotes,
      deploymentMessage: (triggers) => deploymentMessage(request.message, run, triggers),
      triggersBefore: optionsBefore(plan),
      run,
    },
  });
  const result = await journal.finish({
    ...base,
    ...carriedOut,
    ...wherefrom(plan, request),
    calls: context.calls(),
    durationMs: world.now() - request.startedAt,
  });
  return prunedAfter(context, artifact, result);
}

/** What every result of the plan says about itself. */
export function resultBase(
  { worker }: TenantContext,
  plan: Plan,
  { url, interrupted }: Pick<PlanRun, 'url' | 'interrupted'>,
) {
  return {
    tenant: worker.tenant,
    environment: worker.environment,
    accountId: worker.accountId,
    scriptName: worker.scriptName,
    url,
    previousVersionId: plan.live.version?.id ?? null,
    changes: plan.changes,
    left: plan.left,
    notLookedAt: notLookedAt(plan.live),
    interrupted,
  };
}

/** What is old goes when something new was kept; that it cannot stops nobody. */
async function prunedAfter<T>({ world }: TenantContext, artifact: string | null, result: T): Promise<T> {
  if (artifact !== null) await world.artifacts.prune().catch(() => undefined);
  return result;
}

/** Of a rollback: the version it went to, or the one whose code it brought back. */
function wherefrom({ target }: Plan, { back }: PlanRun): Partial<DeployResult> {
  return {
    ...(target === null ? {} : { versionId: target }),
    ...(back === undefined ? {} : { broughtBack: back.name }),
  };
}

function stepsAhead(plan: Plan): DeployResult['steps'] {
  const steps = plannedSteps(plan, describeStep);
  // The first one as begun: it is next, and its own note would be one more wait for the disk.
  return steps.map(({ kind, description }, index) => ({
    kind,
    description,
    status: index === 0 ? 'started' : 'planned',
  }));
}

async function commitOfRun({ run }: TenantContext, { back }: PlanRun): Promise<Commit | null> {
  if (back === undefined) return run.commit();
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
