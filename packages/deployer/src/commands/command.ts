import { ERROR_CODES } from '../error-codes.ts';
import type { ErrorJson } from '../errors.ts';

/** A target that failed before it had a result of its own. */
export interface FailedTenant {
  readonly tenant: string;
  /** Name of the shared Worker that the tenant takes; null for one of its own. */
  readonly worker: string | null;
  readonly environment: string | null;
  readonly error: ErrorJson;
}

/** Exit status of a failure: 1 failed, 3 invalid input and nothing was sent, 4 credentials. */
export type FailureStatus = 1 | 3 | 4;

/** Exit status of a command: 0 done, 2 differences found, else that of its failure. */
export type ExitStatus = 0 | 2 | FailureStatus;

/** What the results of a command say of its success: each is a pure function of one result. */
export interface Judged<R> {
  /** What its failure is worth as an exit status; null: it did not fail. */
  readonly failure: (result: R) => FailureStatus | null;
  /** Whether there are differences. @default none ever */
  readonly differs?: (result: R) => boolean;
  /** Whether something could not be compared. @default everything always was */
  readonly isIncomplete?: (result: R) => boolean;
  /** Whether something in the account may be other than before: then "nothing was sent" would be untrue. @default never */
  readonly wrote?: (result: R) => boolean;
}

/** A command for one target: what whoever runs it for many has to know. */
export interface TargetCommand<R> extends Judged<R> {
  /** The word its result is counted and announced under: `deployed`, `clean`, `healthy`. */
  readonly word: (result: R) => string;
  /** What stands for a target that failed before it had a result. */
  readonly failed: (target: FailedTenant) => R;
  /** API calls it took. */
  readonly calls: (result: R) => number;
}

/** The failure of a result that may carry an error. */
export function failureOfError({
  error,
}: {
  readonly error: Pick<ErrorJson, 'code'> | null;
}): FailureStatus | null {
  return error === null ? null : ERROR_CODES[error.code].exitCode;
}

/**
 * The failure of all results together: that of each when it is the same and nothing was sent, else 1. Null: none failed.
 */
export function failureOfAll<R>(command: Judged<R>, results: readonly R[]): FailureStatus | null {
  const [first, ...others] = results.flatMap((result) => command.failure(result) ?? []);
  if (first === undefined) return null;
  const wrote = results.some((result) => command.wrote?.(result) ?? false);
  return others.every((status) => status === first) && !wrote ? first : 1;
}

/**
 * Exit status of a command with these results: that of its failures, else 2 for differences, else 1 where something could
 * not be compared, else 0.
 *
 * @param options - `differences`: whether differences count @default true
 */
export function exitStatusOf<R>(
  command: Judged<R>,
  results: readonly R[],
  { differences = true }: { readonly differences?: boolean } = {},
): ExitStatus {
  const failure = failureOfAll(command, results);
  if (failure !== null) return failure;
  if (differences && results.some((result) => command.differs?.(result) ?? false)) return 2;
  return results.some((result) => command.isIncomplete?.(result) ?? false) ? 1 : 0;
}
