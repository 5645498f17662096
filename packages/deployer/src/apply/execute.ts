import type { DeployResult, EndState } from '../deployer-api.ts';
import { DeployError, HealthError } from '../errors.ts';
import { consequenceOf, type HealthReport } from '../health/report.ts';
import { skippedHealth } from '../health/watch.ts';
import { readActual } from '../state/actual.ts';
import { checkHealth, checkVersion } from './check-health.ts';
import { endStateAfter } from './end-state.ts';
import type { Plan } from '../plan/plan.ts';
import { revertOutcome, runSteps, type RunOutcome, type StepListener } from './run.ts';
import type { StepContext } from '../plan/step.ts';
import { findVersionOfRun } from './steps/upload-version.ts';
import { freshReads, type TenantContext } from '../session/tenant-context.ts';

/** What carrying out a plan came to; `DeployResult` without what the plan already says. */
export type Executed = Pick<
  DeployResult,
  'status' | 'endState' | 'versionId' | 'steps' | 'leftovers' | 'health' | 'error'
>;

/** What execution needs beside the plan. */
export interface ExecuteOptions {
  readonly steps: Omit<
    StepContext,
    'reader' | 'writer' | 'worker' | 'bundle' | 'assets' | 'basedOn' | 'signal' | 'sleep' | 'checkVersion'
  >;
  readonly url: string | null;
  readonly verify: boolean;
}

/**
 * Runs the plan's steps, checks the new version, goes back when it is not well, and tells from the account itself how
 * things stand. Never throws for what happens after the first write.
 */
export async function execute(
  context: TenantContext,
  plan: Plan,
  options: ExecuteOptions,
): Promise<Executed> {
  const { world, worker, api, recovery } = context;
  const base = {
    ...options.steps,
    worker,
    bundle: plan.release.bundle,
    assets: plan.release.assets,
    basedOn: plan.actual.deployment,
    sleep: world.sleep,
    checkVersion: (versionId: string) =>
      options.verify ? checkVersion(context, versionId) : Promise.resolve(skippedHealth('not asked for')),
  };
  const recoveryContext: StepContext = { ...base, reader: recovery.reader, writer: recovery.writer };
  const onStep: StepListener = (step, status, message) =>
    world.emit({ type: 'step', tenant: worker.tenant, step: step.kind, status, message });
  world.emit({ type: 'stage', tenant: worker.tenant, stage: 'apply' });
  const outcome = await runSteps({
    steps: plan.steps,
    context: { ...base, reader: api.reader, writer: api.writer, signal: world.signal },
    recovery: recoveryContext,
    onStep,
  });
  if (outcome.error !== null) return failedRun(context, plan, { outcome, options, error: outcome.error });
  const versionId = outcome.progress.versionId ?? plan.actual.version?.id ?? null;
  const health = await checkHealth(context, { url: options.url, versionId, verify: options.verify });
  if (consequenceOf(health) === 'accept') {
    return { ...told(outcome), status: 'deployed', endState: 'live', versionId, health, error: null };
  }
  return unwell(context, plan, { outcome, options, health, recoveryContext, onStep });
}

async function unwell(
  context: TenantContext,
  plan: Plan,
  run: {
    readonly outcome: RunOutcome;
    readonly options: ExecuteOptions;
    readonly health: HealthReport;
    readonly recoveryContext: StepContext;
    readonly onStep: StepListener;
  },
): Promise<Executed> {
  const { outcome, options, health } = run;
  const { tenant } = context.worker;
  const versionId = outcome.progress.versionId ?? null;
  const canGoBack = plan.actual.deployment !== null && plan.reversible.possible;
  // Not knowing is no reason to take a release away.
  if (consequenceOf(health) !== 'roll-back' || !canGoBack) {
    const why = canGoBack ? '' : ` It stays live: ${plan.reversible.why ?? 'there is nothing to go back to'}`;
    return {
      ...told(outcome),
      status: 'failed',
      endState: 'live',
      versionId,
      health,
      error: healthError(context, health, why).toJSON(),
    };
  }
  context.world.emit({ type: 'stage', tenant, stage: 'revert' });
  const reverted = await revertOutcome(outcome, {
    recovery: run.recoveryContext,
    onStep: run.onStep,
    undoFailed: false,
  });
  const error = healthError(context, health, ' The previous deployment was restored.');
  const executed = await failedRun(context, plan, { outcome: reverted, options, error });
  return {
    ...executed,
    status: executed.endState === 'rolled-back' ? 'rolled-back' : 'failed',
    health,
  };
}

/** Reads the account again and reports what is really there. */
async function failedRun(
  context: TenantContext,
  plan: Plan,
  run: { readonly outcome: RunOutcome; readonly options: ExecuteOptions; readonly error: DeployError },
): Promise<Executed> {
  const { outcome } = run;
  const truth = await lookAgain(context, plan, run.options.steps.run);
  const { endState, missing } =
    truth === null
      ? { endState: 'unknown' as EndState, missing: [] }
      : endStateAfter(plan, outcome, { after: truth.after, uploaded: truth.uploaded });
  const named = missing.map((path) => `differs from what was wanted: ${path}`);
  return {
    ...told(outcome),
    status: 'failed',
    endState,
    versionId: truth?.uploaded ?? outcome.progress.versionId ?? null,
    leftovers: [...outcome.leftovers, ...(endState === 'live-partly' ? named : [])],
    health: skippedHealth('the deploy failed before it'),
    error: run.error.toJSON(),
  };
}

async function lookAgain(context: TenantContext, plan: Plan, run: string) {
  const { recovery, worker } = context;
  try {
    const [after, uploaded] = await Promise.all([
      readActual({ reader: recovery.reader, account: freshReads(), worker, scope: 'declared' }),
      plan.upload === 'none' ? null : findVersionOfRun(recovery.reader, worker.scriptName, run),
    ]);
    return { after, uploaded };
  } catch {
    return null;
  }
}

function told({ steps, leftovers }: RunOutcome): Pick<Executed, 'steps' | 'leftovers'> {
  return {
    steps: steps.map(({ step, description, status }) => ({ kind: step.kind, description, status })),
    leftovers,
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
