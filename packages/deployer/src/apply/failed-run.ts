import { ConfigError, type DeployError } from '../errors.ts';
import type { HealthReport } from '../health/report.ts';
import { skippedHealth } from '../health/watch.ts';
import { checkStartup } from '../plan/prepare.ts';
import type { StepKind } from '../plan/step.ts';
import type { Truth } from './end-state.ts';
import type { Execution } from './execution.ts';
import { lookAgain } from './look-again.ts';
import { statesOf, stepsTold, type Executed } from './executed.ts';
import type { RunOutcome } from './run.ts';

/** Steps that give versions their shares. */
const MOVES_TRAFFIC: readonly StepKind[] = ['stage', 'shift', 'promote'];

/** Reads the account again and reports what is really there. */
export async function failedRun(
  execution: Execution,
  outcome: RunOutcome,
  error: DeployError,
  health: HealthReport = skippedHealth('the deploy failed before it'),
): Promise<Executed> {
  const [truth, shown] = await Promise.all([lookAgain(execution, outcome), withSource(execution, error)]);
  return {
    steps: stepsTold(outcome.steps),
    ...statesOf(truth),
    status: takenBack(error, truth, outcome) ? 'rolled-back' : 'failed',
    versionId: truth.uploaded ?? outcome.progress.versionId ?? null,
    health,
    error:
      truth.meanwhile === null || isTold(truth.meanwhile, error)
        ? shown
        : { ...shown, message: `${shown.message} ${truth.meanwhile}` },
  };
}

/** A step that stopped because somebody deployed says who did, and when, itself. */
function isTold(meanwhile: string, { code, details }: DeployError): boolean {
  return code === 'CONFLICT' && typeof details['at'] === 'string' && meanwhile.includes(details['at']);
}

/**
 * The new version had traffic, and this run took it away again for what the version did with it. Where somebody else
 * deployed meanwhile, nobody judged it: the traffic is theirs.
 */
function takenBack({ code }: DeployError, { endState, meanwhile }: Truth, { steps }: RunOutcome): boolean {
  const judged = code === 'HEALTH_FAILED' || code === 'METRICS_WORSE' || code === 'GRADUAL_ABORTED';
  const undone = steps.some(({ status, step }) => status === 'reverted' && step.kind !== 'upload-assets');
  const left = steps.some(({ status, step }) => status === 'left' && MOVES_TRAFFIC.includes(step.kind));
  return judged && endState === 'rolled-back' && undone && !(left && meanwhile !== null);
}

/**
 * Cloudflare says that a script does not start, in the words of the bundle. Started here after that, where there is a way
 * to, it tells the line of the source.
 */
async function withSource(
  { context, plan }: Execution,
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
