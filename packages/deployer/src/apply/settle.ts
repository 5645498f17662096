import { makePlan, type Plan } from '../plan/plan.ts';
import type { Progress } from '../plan/step.ts';
import { applyStep, describeStep, isOfSection } from './registry.ts';
import { lookAgain, type Look } from './look-again.ts';
import type { RunOutcome, StepOutcome } from './run.ts';
import type { Execution } from './execution.ts';
import { deployShares, isReplacedByOther } from './steps/traffic.ts';

/** How often what another deploy overwrote is set again: each of several may have written once more. */
const ROUNDS = 3;

/**
 * Another deploy ran at the same time, and what is not part of a version has no order: so the one whose version is live
 * looks at it again, and sets what is not as its files want it. Gives how things stand then, and what was set again.
 */
export async function settle(
  execution: Execution,
  outcome: RunOutcome,
): Promise<{ readonly truth: Look; readonly again: readonly StepOutcome[] }> {
  const again: StepOutcome[] = [];
  let truth = await lookAgain(execution, outcome);
  if (truth.endState !== 'live' && (await takeItsPlace(execution, outcome.progress))) {
    truth = await lookAgain(execution, outcome);
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    const steps = overwritten(execution.plan, truth);
    if (steps.length === 0) break;
    for (const step of steps) {
      const { description } = describeStep(step);
      execution.undo.onStep(step, 'started', `again: ${description}`);
      try {
        await applyStep(step, execution.undo.recovery, outcome.progress);
      } catch {
        // What is there is read again, and told.
        const tried = { step, description, status: 'failed', again: true } as const;
        const met = { ...outcome, steps: [...outcome.steps, ...again, tried] };
        return { truth: await lookAgain(execution, met), again };
      }
      execution.undo.onStep(step, 'done', `again: ${description}`);
      again.push({ step, description: `again: ${description}`, status: 'done', again: true });
    }
    truth = await lookAgain(execution, { ...outcome, steps: [...outcome.steps, ...again] });
  }
  return { truth, again };
}

/** Its deployment stands, and who came after it did not give way yet, or died before: it deploys its version again. */
async function takeItsPlace({ undo, plan }: Execution, { versionId }: Progress): Promise<boolean> {
  const { recovery } = undo;
  if (versionId === undefined || plan.release.worker.dispatchNamespace !== null) return false;
  try {
    if (!(await isReplacedByOther(recovery, versionId))) return false;
    await deployShares(recovery, [{ versionId, percentage: 100 }], { force: true });
    return true;
  } catch {
    // What is there is read again, and told.
    return true;
  }
}

/** What of the Worker is not as the files want it, while the version is. */
function overwritten(plan: Plan, { endState, meanwhile, after }: Look): Plan['steps'] {
  if (after === null || endState !== 'live-partly' || meanwhile !== null || plan.sections !== null) return [];
  const { steps, upload } = makePlan(plan.release, after, {
    force: false,
    takeOver: false,
    takeOverSplit: false,
    strategy: 'at-once',
    verifyBefore: 'never',
    url: null,
    notYet: [],
  });
  return upload === 'none' ? steps.filter(isOfSection) : [];
}
