import type { EndState } from '../deployer-api.ts';
import type { Actual } from '../state/absent.ts';
import { diffOptions, diffStates } from '../state/diff.ts';
import type { Plan } from '../plan/plan.ts';
import { isActedOn } from '../plan/plan-inputs.ts';
import type { RunOutcome } from './run.ts';

/**
 * What the account looks like after a failed run, told from reading it again rather than from what was attempted. Pure.
 *
 * @param after the state read after the run; null when it could not be read
 * @param uploaded id of the version this run uploaded, wherever it is now; null when there is none
 */
export function endStateAfter(
  plan: Plan,
  outcome: RunOutcome,
  options: { readonly after: Actual | null; readonly uploaded: string | null },
): { readonly endState: EndState; readonly missing: readonly string[] } {
  const { after, uploaded } = options;
  if (after === null) return { endState: 'unknown', missing: [] };
  const target = rollbackTarget(plan);
  if (target !== null) return { endState: afterRollback(plan, after, target), missing: [] };
  const live = after.version?.id ?? null;
  const isNewLive = uploaded !== null && live === uploaded;
  if (isNewLive || (plan.upload === 'none' && outcome.error === null)) {
    const missing = diffStates(plan.release.desired, after.state, diffOptions(plan.release.worker))
      .changes.filter((change) => isActedOn(plan.release.worker, change))
      .map(({ path }) => path);
    return { endState: missing.length === 0 ? 'live' : 'live-partly', missing };
  }
  const moved = changedSince(plan, after);
  if (moved.length > 0) return { endState: 'live-partly', missing: moved };
  const wentBack =
    after.deployment?.id !== plan.actual.deployment?.id ||
    outcome.steps.some(({ status, step }) => status === 'reverted' && step.kind !== 'upload-assets');
  if (wentBack && outcome.progress.promoted === true) return { endState: 'rolled-back', missing: [] };
  if (uploaded !== null) return { endState: 'uploaded', missing: [] };
  return { endState: wentBack ? 'rolled-back' : 'untouched', missing: [] };
}

/** The version a rollback goes to; null for a deploy. */
function rollbackTarget(plan: Plan): string | null {
  const [step] = plan.steps;
  return step?.kind === 'promote' ? step.versionId : null;
}

function afterRollback(plan: Plan, after: Actual, target: string): EndState {
  if (after.version?.id === target) return 'live';
  return after.deployment?.id === plan.actual.deployment?.id ? 'untouched' : 'rolled-back';
}

/** Paths that differ from how the Worker was at planning: what undoing left changed. */
function changedSince(plan: Plan, after: Actual): readonly string[] {
  const before = plan.actual.state;
  if (!before.exists) return after.state.exists ? ['worker'] : [];
  return diffStates(before, after.state, { keepVars: false }).changes.map(({ path }) => path);
}
