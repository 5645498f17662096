import type { DeployResult } from './result.ts';
import { listDeployments } from '../cloudflare/deployments.ts';
import type { Deployment } from '../cloudflare/shapes.ts';
import { ConfigError, DeployError, HealthError } from '../errors.ts';
import { consequenceOf, type HealthReport } from '../health/report.ts';
import { skippedHealth } from '../health/watch.ts';
import type { Plan } from '../plan/plan.ts';
import { sharesInWords } from '../plan/preflight/split.ts';
import { checkStartup } from '../plan/prepare.ts';
import type { Progress, StepContext } from '../plan/step.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { LiveWorker } from '../sections/live.ts';
import { readMarker } from '../sections/marker.ts';
import { readWorker } from '../sections/state.ts';
import { freshReads, type TenantContext } from '../session/tenant-context.ts';
import { checkHealth, checkVersion } from './check-health.ts';
import { conflict, replacedByUs } from './conflict.ts';
import { endStateAfter, isLeftToOthers, type Reading, type Truth } from './end-state.ts';
import type { GradualRun } from './gradual.ts';
import { LIST_LAG_MS } from './lag.ts';
import { revertOutcome, runSteps, type RunOptions, type RunOutcome } from './run.ts';
import { findVersionOfRun } from './steps/upload-version.ts';

/** What carrying out a plan came to; `DeployResult` without what the plan already says. */
export type Executed = Pick<
  DeployResult,
  'status' | 'endState' | 'versionId' | 'steps' | 'leftovers' | 'health' | 'error' | 'deployedAt'
>;

/** What execution needs beside the plan. */
export interface ExecuteOptions {
  readonly steps: Pick<
    StepContext,
    'newSecrets' | 'versionAnnotations' | 'deploymentMessage' | 'triggersBefore' | 'run'
  >;
  readonly url: string | null;
  readonly verify: boolean;
  readonly gradual: GradualRun;
  /** Told how far the steps are. */
  readonly onSteps: (steps: DeployResult['steps']) => Promise<void>;
  /** Told the active deployment, when it was read after all steps and is as they left it. */
  readonly onLive: (deployment: Deployment) => void;
}

/** One run: what it is for, and how it is undone. */
interface Running {
  readonly context: TenantContext;
  readonly plan: Plan;
  readonly options: ExecuteOptions;
  readonly undo: Pick<RunOptions, 'recovery' | 'onStep'>;
}

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
    sleep: world.sleep,
    checkVersion: (versionId: string, staged: boolean) =>
      options.verify
        ? checkVersion(context, versionId, staged ? options.url : null)
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
    onProgress: (steps) =>
      options.onSteps(
        steps.map(({ step, description, status }) => ({ kind: step.kind, description, status })),
      ),
  });
  const running: Running = { context, plan, options, undo };
  if (outcome.error !== null) return failedRun(running, outcome, outcome.error);
  if (outcome.progress.paused !== undefined) return pausedRun(running, outcome);
  const versionId = outcome.progress.versionId ?? plan.live.version?.id ?? null;
  const health = await checkHealth(context, { url: options.url, versionId, verify: options.verify });
  if (consequenceOf(health) === 'accept') {
    return finishedRun(running, outcome, { versionId, health });
  }
  return unwell(running, outcome, health);
}

/** All went well as far as we know: what is live is looked at all the same. */
async function finishedRun(
  running: Running,
  outcome: RunOutcome,
  { versionId, health }: Pick<Executed, 'versionId' | 'health'>,
): Promise<Executed> {
  const done = { ...told(outcome), versionId, health };
  const { ours, replaced } = await findOurs(running, versionId);
  if (replaced !== null) return putBack(running, outcome, { replaced, health });
  if (ours !== null) {
    running.options.onLive(ours);
    const { createdOn: deployedAt } = ours;
    return { ...done, status: 'deployed', endState: 'live', leftovers: [], deployedAt, error: null };
  }
  const truth = await lookAgain(running, outcome);
  if (truth.endState === 'live') {
    return { ...done, status: 'deployed', endState: 'live', leftovers: truth.leftovers, error: null };
  }
  const { worker } = running.context;
  const why =
    truth.endState === 'unknown'
      ? 'what is live could not be read afterwards'
      : `what is live now is not all of what was deployed. ${truth.meanwhile ?? ''}`.trimEnd();
  const error = new DeployError(
    truth.meanwhile === null ? 'DEPLOY_INCOMPLETE' : 'CONFLICT',
    `Every step of the deploy of ${worker.scriptName} was accepted, but ${why}`,
    { hint: 'Look at what is live with cf-deploy status, then run the command again.' },
  );
  return { ...done, ...statesOf(truth), status: 'failed', error: error.toJSON() };
}

interface Found {
  /** The active deployment, when it is the one this run made, or found and left alone. */
  readonly ours: Deployment | null;
  /** Somebody else's, which ours replaced unseen. */
  readonly replaced: Deployment | null;
}

const NOT_FOUND: Found = { ours: null, replaced: null };

/** One call: whether what is live is what this run made, and what it replaced. */
async function findOurs({ context, plan, options }: Running, versionId: string | null): Promise<Found> {
  const { worker, recovery } = context;
  const { run } = options.steps;
  if (worker.dispatchNamespace !== null) return NOT_FOUND;
  try {
    const deployments = (await listDeployments(recovery.reader, worker.scriptName)) ?? [];
    const [active] = deployments;
    if (active === undefined) return NOT_FOUND;
    const uploaded = plan.upload === 'none' && plan.target === null ? null : versionId;
    const isSplit = active.versions.filter(({ percentage }) => percentage > 0).length > 1;
    const asItWas = uploaded === null && active.id === plan.live.deployment?.id;
    if (asItWas) return isSplit && !isLeftToOthers(plan) ? NOT_FOUND : { ours: active, replaced: null };
    const isWhole = active.versions.length === 1 && active.versions[0]?.versionId === versionId;
    const marked = readMarker(active.annotations)?.run === run;
    if (!isWhole && !(uploaded === null && marked)) return NOT_FOUND;
    const promoted = marked && plan.steps.some(({ kind }) => kind === 'promote');
    const basedOn = plan.live.deployment;
    return { ours: active, replaced: promoted ? replacedByUs(deployments, { basedOn, run }) : null };
  } catch {
    return NOT_FOUND;
  }
}

/** Ours went over a deployment that somebody made after the look: theirs gets the traffic back. */
async function putBack(
  running: Running,
  outcome: RunOutcome,
  { replaced, health }: { readonly replaced: Deployment; readonly health: HealthReport },
): Promise<Executed> {
  const { recovery, onStep } = running.undo;
  const theirs = { basedOn: replaced, goBackTo: replaced.versions };
  const undo = { recovery: { ...recovery, ...theirs }, onStep, undoFailed: false };
  const reverted = await revertOutcome(outcome, undo);
  return failedRun(running, reverted, conflict(running.context.worker.scriptName, replaced), health);
}

async function unwell(running: Running, outcome: RunOutcome, health: HealthReport): Promise<Executed> {
  const { context, plan, undo } = running;
  const canGoBack = plan.live.deployment !== null && plan.reversible.possible;
  // Not knowing is no reason to take a release away.
  if (consequenceOf(health) !== 'roll-back' || !canGoBack) {
    const why = canGoBack ? '' : ` It stays live: ${plan.reversible.why ?? 'there is nothing to go back to'}`;
    return failedRun(running, outcome, healthError(context, health, why), health);
  }
  context.world.emit({ type: 'stage', tenant: context.worker.tenant, stage: 'revert' });
  const reverted = await revertOutcome(outcome, { ...undo, undoFailed: false });
  const carriedOut = await failedRun(running, reverted, healthError(context, health, ''), health);
  if (carriedOut.endState !== 'rolled-back' || carriedOut.error === null) return carriedOut;
  const message = `${carriedOut.error.message} The previous deployment was restored.`;
  return { ...carriedOut, status: 'rolled-back', error: { ...carriedOut.error, message } };
}

/** It stopped where somebody has to say how it goes on: the shares are read again. */
async function pausedRun(running: Running, outcome: RunOutcome): Promise<Executed> {
  const { worker, recovery } = running.context;
  const versionId = outcome.progress.versionId ?? null;
  const done = { ...told(outcome), versionId, health: skippedHealth('it was asked while it was watched') };
  const [active] = (await listDeployments(recovery.reader, worker.scriptName).catch(() => null)) ?? [];
  if (active !== undefined && active.id === outcome.progress.staged?.id) {
    const shares = `the traffic of Worker ${worker.scriptName}: ${sharesInWords(active.versions)}`;
    return { ...done, status: 'paused', endState: 'live-partly', leftovers: [shares], error: null };
  }
  return failedRun(running, outcome, conflict(worker.scriptName, active ?? null));
}

/** Reads the account again and reports what is really there. */
async function failedRun(
  running: Running,
  outcome: RunOutcome,
  error: DeployError,
  health: HealthReport = skippedHealth('the deploy failed before it'),
): Promise<Executed> {
  const [truth, shown] = await Promise.all([lookAgain(running, outcome), withSource(running, error)]);
  return {
    ...told(outcome),
    ...statesOf(truth),
    status: takenBack(error, truth) ? 'rolled-back' : 'failed',
    versionId: truth.uploaded ?? outcome.progress.versionId ?? null,
    health,
    error: truth.meanwhile === null ? shown : { ...shown, message: `${shown.message} ${truth.meanwhile}` },
  };
}

/** The new version had traffic, and it was taken from it for what it did with it. */
function takenBack({ code }: DeployError, { endState }: Truth): boolean {
  const judged = code === 'HEALTH_FAILED' || code === 'METRICS_WORSE' || code === 'GRADUAL_ABORTED';
  return judged && endState === 'rolled-back';
}

/**
 * Cloudflare says that a script does not start, in the words of the bundle. Started here after that, where there is a way
 * to, it tells the line of the source.
 */
async function withSource(
  { context, plan }: Running,
  error: DeployError,
): Promise<NonNullable<Executed['error']>> {
  const shown = error.toJSON();
  if (error.code !== 'STARTUP_FAILED') return shown;
  try {
    await checkStartup(context, plan.release, null);
    return shown;
  } catch (thrown) {
    if (!(thrown instanceof ConfigError) || thrown.findings.length === 0) return shown;
    const { findings, message } = thrown;
    return {
      ...shown,
      message: `${shown.message} Started here: ${message}`,
      hint: 'Correct that line: what is at the top level runs when the script starts, and must not throw.',
      details: { ...shown.details, findings },
    };
  }
}

type Look = Truth & { readonly uploaded: string | null };

async function lookAgain(running: Running, outcome: RunOutcome): Promise<Look> {
  const { world } = running.context;
  if (outcome.steps.some(({ status }) => status !== 'skipped')) await world.sleep(LIST_LAG_MS);
  const reading = await readAgain(running, outcome.progress);
  return {
    ...endStateAfter(running.plan, outcome, reading),
    uploaded: reading?.uploaded ?? null,
  };
}

async function readAgain({ context, plan, options }: Running, progress: Progress): Promise<Reading | null> {
  const { recovery, worker } = context;
  const { run } = options.steps;
  try {
    // One after the other: a read that fails must leave none under way.
    const after = await readWorker({
      reader: recovery.reader,
      account: freshReads(),
      worker: plan.release.worker,
      scope: 'declared',
    });
    const uploaded =
      plan.upload === 'none' || worker.dispatchNamespace !== null
        ? null
        : await findVersionOfRun(recovery.reader, worker.scriptName, run);
    if (isBehind(after, worker, progress)) return null;
    // A part that cannot be read now may be just what was changed. A rollback changes the deployment only.
    const blind =
      plan.target === null
        ? Object.values(after.state).some((part) => !part.known && part.error !== null)
        : after.deployment === null;
    return blind ? null : { after, uploaded, run };
  } catch {
    return null;
  }
}

/** The deployments do not show ours: how things stand cannot be told from them. */
function isBehind({ deployments }: LiveWorker, worker: ResolvedWorker, progress: Progress): boolean {
  const { promoted, versionId } = progress;
  if (promoted !== true || versionId === undefined || worker.dispatchNamespace !== null) return false;
  return !deployments.some(({ versions }) => versions.some((share) => share.versionId === versionId));
}

function statesOf({ endState, leftovers }: Truth): Pick<Executed, 'endState' | 'leftovers'> {
  return { endState, leftovers };
}

function told({ steps }: RunOutcome): Pick<Executed, 'steps'> {
  return {
    steps: steps.map(({ step, description, status }) => ({ kind: step.kind, description, status })),
  };
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
