import type { Truth } from './end-state.ts';
import type { DeployResult } from './result.ts';
import type { RunOutcome } from './run.ts';

/** What carrying out a plan came to; `DeployResult` without what the plan already says. */
export type Executed = Pick<
  DeployResult,
  'status' | 'endState' | 'versionId' | 'steps' | 'leftovers' | 'health' | 'error' | 'deployedAt'
>;

/** How things stand, as a result has it. */
export function statesOf({ endState, leftovers }: Truth): Pick<Executed, 'endState' | 'leftovers'> {
  return { endState, leftovers };
}

/** The steps as a result has them. */
export function stepsTold(steps: RunOutcome['steps']): Executed['steps'] {
  return steps.map(({ step, description, status }) => ({ kind: step.kind, description, status }));
}
