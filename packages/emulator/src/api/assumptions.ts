import type { Assumed, Assumption } from './behaviour.ts';
import { ApiFailure } from './errors.ts';

/** Which assumptions are switched to their alternative, by id. */
export type AssumptionChoices = Readonly<Record<string, 'assumed' | 'alternative'>>;

/** What the emulator assumes in this run. */
export interface Assumptions {
  /** False when the behaviour is switched to its alternative. */
  hold(behaviour: Assumed): boolean;
  /** A refusal with the status and code it has in this run. */
  recoded(failed: ApiFailure): ApiFailure;
}

/** A choice names no assumption. */
export class AssumptionError extends Error {
  override name = 'AssumptionError';
  readonly code = 'UNKNOWN_ASSUMPTION';
}

/**
 * @param declared Every assumption there is.
 * @throws AssumptionError for an id that is none, with all that are.
 */
export function createAssumptions(
  declared: readonly Assumption[],
  choices: AssumptionChoices = {},
): Assumptions {
  const ids = declared.map(({ id }) => id);
  const wrong = Object.keys(choices).find((id) => !ids.includes(id));
  if (wrong !== undefined)
    throw new AssumptionError(`There is no assumption "${wrong}". Known: ${ids.toSorted().join(', ')}.`);
  const flipped = declared.filter(({ id }) => choices[id] === 'alternative');
  return {
    hold: ({ assumption }) => !flipped.some(({ id }) => id === assumption.id),
    recoded: (failed) => {
      const change = flipped.find(({ code }) => code !== undefined && code.of === failed.failure)?.code;
      if (change === undefined) return failed;
      const errors = failed.errors.map((error) => ({ ...error, code: change.code }));
      return new ApiFailure(change.status, errors, failed.headers, failed.failure);
    },
  };
}
