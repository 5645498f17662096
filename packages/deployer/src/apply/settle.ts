import { makePlan, type Plan } from '../plan/plan.ts';
import { applyStep, describeStep, isOfSection } from './registry.ts';
import { lookAgain, type Look } from './look-again.ts';
import type { RunOutcome, StepOutcome } from './run.ts';
import type { Running } from './running.ts';

/** How often what another deploy overwrote is set again: each of several may have written once more. */
const ROUNDS = 3;

/**
 * Another deploy ran at the same time, and what is not part of a version has no order: so the one whose version is live
 * looks at it again, and sets what is not as its files want it. Gives how things stand then, and what was set again.
 */
export async function settle(
  running: Running,
  outcome: RunOutcome,
): Promise<{ readonly truth: Look; readonly again: readonly StepOutcome[] }> {
  const again: StepOutcome[] = [];
  let truth = await lookAgain(running, outcome);
  for (let round = 0; round < ROUNDS; round += 1) {
    const steps = overwritten(running.plan, truth);
    if (steps.length === 0) break;
    for (const step of steps) {
      const { description } = describeStep(step);
      running.undo.onStep(step, 'started', `again: ${description}`);
      try {
        await applyStep(step, running.undo.recovery, outcome.progress);
      } catch {
        // What is there is read again, and told.
        return { truth: await lookAgain(running, outcome), again };
      }
      running.undo.onStep(step, 'done', `again: ${description}`);
      again.push({ step, description: `again: ${description}`, status: 'done' });
    }
    truth = await lookAgain(running, outcome);
  }
  return { truth, again };
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
