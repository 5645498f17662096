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
import { missingSecrets } from '../sections/parts/secrets.ts';
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
  const commit = await context.run.commit();
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
    upload: plan.upload,
  });
  const journal = await beginJournal(context, {
    kind: request.kind,
    run,
    startedAt: request.startedAt,
    url: request.url,
    commit,
    artifact,
    message: request.message,
    previousVersionId: base.previousVersionId,
    changes: base.changes,
    // The first one as begun: it is next, and its own note would be one more wait for the disk.
    steps: plannedSteps(plan, describeStep).map(({ kind, description }, index) => ({
      kind,
      description,
      status: index === 0 ? 'started' : 'planned',
    })),
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
    ...(plan.target === null ? {} : { versionId: plan.target }),
    calls: context.calls(),
    durationMs: world.now() - request.startedAt,
  });
  if (artifact !== null) await world.artifacts.prune().catch(() => undefined);
  return result;
}

/** What every result of the plan says about itself. */
export function resultBase(
  { worker }: TenantContext,
  plan: Plan,
  { url, interrupted }: Pick<PlanRun, 'url' | 'interrupted'>,
) {
  return {
    tenant: worker.tenant,
    worker: worker.worker,
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

function travellingSecrets({ worker, secretValue }: TenantContext, { live }: Plan) {
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
