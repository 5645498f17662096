import { listDeployments } from '../cloudflare/deployments.ts';
import type { Deployment } from '../cloudflare/shapes.ts';
import { DeployError, HealthError } from '../errors.ts';
import { consequenceOf, type HealthReport } from '../health/report.ts';
import { skippedHealth } from '../health/watch.ts';
import { lackingIn, type Plan } from '../plan/plan.ts';
import { sharesInWords } from '../plan/preflight/split.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { checkHealth, checkVersion } from './check-health.ts';
import { conflict } from './conflict.ts';
import { missingText } from './evidence.ts';
import { statesOf, stepsTold, type Executed } from './executed.ts';
import { failedRun } from './failed-run.ts';
import { findOurs } from './look-again.ts';
import { isOfSection } from './registry.ts';
import { revertOutcome, runSteps, type RunOptions, type RunOutcome } from './run.ts';
import type { ExecuteOptions, Execution } from './execution.ts';
import { settle } from './settle.ts';

/**
 * Runs the plan's steps, checks the new version, goes back when it is not well, and tells from the account itself how
 * things stand. Never throws for what happens after the first write.
 */
export async function carryOut(
  context: TenantContext,
  plan: Plan,
  options: ExecuteOptions,
): Promise<Executed> {
  const { world, worker, api, recovery } = context;
  const base = {
    ...options.steps,
    worker: plan.release.worker,
    bundle: plan.release.bundle,
    assets: plan.release.assets,
    basedOn: plan.live.deployment,
    goBackTo: plan.goBackTo,
    gradual: options.gradual,
    conflicts: plan.live.basis === 'remembered' ? ('after' as const) : ('before' as const),
    // workers.dev alone is not worth a call: whoever's deployment stands looks at it again.
    setsTriggers: plan.steps.some((step) => isOfSection(step) && step.kind !== 'subdomain'),
    sleep: world.sleep,
    checkVersion: (versionId: string, staged: boolean) =>
      options.verify
        ? askBefore(context, versionId, staged ? options.url : null)
        : Promise.resolve(skippedHealth('not asked for')),
  };
  const onStep: RunOptions['onStep'] = (step, status, message) =>
    world.emit({ type: 'step', tenant: worker.tenant, step: step.kind, status, message });
  const undo = { recovery: { ...base, reader: recovery.reader, writer: recovery.writer }, onStep };
  world.emit({ type: 'stage', tenant: worker.tenant, stage: 'apply' });
  const outcome = await runSteps({
    steps: plan.steps,
    context: { ...base, reader: api.reader, writer: api.writer, signal: world.signal },
    ...undo,
    onProgress: (steps) => options.onSteps(stepsTold(steps)),
  });
  const execution: Execution = { context, plan, options, undo };
  if (outcome.error !== null) return failedRun(execution, outcome, outcome.error);
  if (outcome.progress.paused !== undefined) return pausedRun(execution, outcome);
  const versionId = outcome.progress.versionId ?? plan.live.version?.id ?? null;
  const health = await checkHealth(context, { url: options.url, versionId, verify: options.verify });
  if (consequenceOf(health) === 'accept') {
    return finishedRun(execution, outcome, { versionId, health });
  }
  return unwell(execution, outcome, health);
}

/** Asks a version without traffic. That it could not be told is said: the check after decides then. */
async function askBefore(
  context: TenantContext,
  versionId: string,
  stagedAt: string | null,
): Promise<HealthReport> {
  const health = await checkVersion(context, versionId, stagedAt);
  if (!['healthy', 'unhealthy', 'skipped'].includes(health.verdict)) {
    const message = `whether version ${versionId} is well could not be told before it has traffic (${health.message}); it is asked again then`;
    context.world.emit({ type: 'notice', tenant: context.worker.tenant, message });
  }
  return health;
}

/** All went well as far as we know: what is live is looked at all the same. */
async function finishedRun(
  execution: Execution,
  outcome: RunOutcome,
  { versionId, health }: Pick<Executed, 'versionId' | 'health'>,
): Promise<Executed> {
  const done = { steps: stepsTold(outcome.steps), versionId, health };
  const { ours, replaced, raced } = await findOurs(execution, versionId);
  if (replaced !== null) return putBack(execution, outcome, { replaced, health });
  const planned = asPlanned(execution.plan);
  if (ours !== null && !raced) {
    if (planned.endState === 'live') execution.options.onLive(ours);
    return { ...done, ...planned, status: 'deployed', deployedAt: ours.createdOn, error: null };
  }
  const { truth, again } = await settle(execution, outcome);
  const steps = [...done.steps, ...stepsTold(again)];
  const isAsPlanned =
    truth.endState === planned.endState && truth.leftovers.every((left) => planned.leftovers.includes(left));
  if (truth.endState === 'live' || isAsPlanned) {
    return { ...done, steps, ...statesOf(truth), status: 'deployed', error: null };
  }
  const { worker } = execution.context;
  const why =
    truth.endState === 'unknown'
      ? 'what is live could not be read afterwards'
      : `what is live now is not all of what was deployed. ${truth.meanwhile ?? ''}`.trimEnd();
  const error = new DeployError(
    truth.meanwhile === null ? 'DEPLOY_INCOMPLETE' : 'CONFLICT',
    `Every step of the deploy of ${worker.scriptName} was accepted, but ${why}`,
    { hint: 'Look at what is live with cf-deploy status, then run the command again.' },
  );
  return { ...done, steps, ...statesOf(truth), status: 'failed', error: error.toJSON() };
}

/** How things stand where every step was taken and ours is what is live. */
function asPlanned(plan: Plan): Pick<Executed, 'endState' | 'leftovers'> {
  const leftovers = lackingIn(plan).map(({ binding }) => missingText(`bindings.${binding}`));
  return { endState: leftovers.length === 0 ? 'live' : 'live-partly', leftovers };
}

/** Ours went over a deployment that somebody made after the look: theirs gets the traffic back. */
async function putBack(
  execution: Execution,
  outcome: RunOutcome,
  { replaced, health }: { readonly replaced: Deployment; readonly health: HealthReport },
): Promise<Executed> {
  const { recovery, onStep } = execution.undo;
  const reverted = await revertOutcome(outcome, { recovery, onStep, undoFailed: false });
  return failedRun(execution, reverted, conflict(execution.context.worker.scriptName, replaced), health);
}

async function unwell(execution: Execution, outcome: RunOutcome, health: HealthReport): Promise<Executed> {
  const { context, plan, undo } = execution;
  const canGoBack = plan.live.deployment !== null && plan.reversible.possible;
  // Not knowing is no reason to take a release away.
  if (consequenceOf(health) !== 'roll-back' || !canGoBack) {
    const why = canGoBack ? '' : ` It stays live: ${plan.reversible.why ?? 'there is nothing to go back to'}`;
    return leftAsItIs(execution, outcome, { health, error: healthError(context, health, why) });
  }
  context.world.emit({ type: 'stage', tenant: context.worker.tenant, stage: 'revert' });
  const reverted = await revertOutcome(outcome, { ...undo, undoFailed: false });
  const carriedOut = await failedRun(execution, reverted, healthError(context, health, ''), health);
  if (carriedOut.status !== 'rolled-back' || carriedOut.error === null) return carriedOut;
  const message = `${carriedOut.error.message} The previous deployment was restored.`;
  return { ...carriedOut, error: { ...carriedOut.error, message } };
}

/**
 * Every step was taken and nothing is undone: as after a run that went well, who has the traffic tells how things stand. Not
 * where no Worker answers: somebody may have switched off what was switched on, which no deployment shows.
 */
async function leftAsItIs(
  execution: Execution,
  outcome: RunOutcome,
  { health, error }: { readonly health: HealthReport; readonly error: DeployError },
): Promise<Executed> {
  const versionId = outcome.progress.versionId ?? execution.plan.live.version?.id ?? null;
  const { ours, replaced, raced } = await findOurs(execution, versionId);
  if (replaced !== null) return putBack(execution, outcome, { replaced, health });
  if (ours === null || raced || health.verdict === 'spreading') {
    return failedRun(execution, outcome, error, health);
  }
  return {
    ...asPlanned(execution.plan),
    steps: stepsTold(outcome.steps),
    status: 'failed',
    versionId: outcome.progress.versionId ?? null,
    health,
    error: error.toJSON(),
  };
}

/** It stopped where somebody has to say how it goes on: the shares are read again. */
async function pausedRun(execution: Execution, outcome: RunOutcome): Promise<Executed> {
  const { worker, recovery } = execution.context;
  const versionId = outcome.progress.versionId ?? null;
  const done = {
    steps: stepsTold(outcome.steps),
    versionId,
    health: skippedHealth('it was asked while it was watched'),
  };
  const [active] = (await listDeployments(recovery.reader, worker.scriptName).catch(() => null)) ?? [];
  if (active !== undefined && active.id === outcome.progress.staged?.id) {
    const shares = `the traffic of Worker ${worker.scriptName}: ${sharesInWords(active.versions)}`;
    return { ...done, status: 'paused', endState: 'live-partly', leftovers: [shares], error: null };
  }
  return failedRun(execution, outcome, conflict(worker.scriptName, active ?? null));
}

function healthError({ worker }: TenantContext, health: HealthReport, also: string): HealthError {
  return new HealthError(
    'HEALTH_FAILED',
    `The new version of ${worker.scriptName} did not prove healthy (${health.verdict}): ${health.message}.${also}`,
    {
      hint: health.hint ?? `Ask ${health.url ?? 'the Worker'} yourself, and look at the Worker's logs.`,
      details: { verdict: health.verdict, attempts: health.attempts },
    },
  );
}
