import pLimit from 'p-limit';
import { DeployError } from '../errors.ts';

/** One item's result. */
export type FleetOutcome<I, T> =
  | { readonly item: I; readonly kind: 'done'; readonly value: T }
  | { readonly item: I; readonly kind: 'failed'; readonly error: DeployError }
  | { readonly item: I; readonly kind: 'skipped' };

/** How many at once, and when to stop. */
export interface FleetRunOptions<T> {
  readonly parallel: number;
  readonly continueOnError: boolean;
  /** Whether a result, though not an error, is a failure. */
  readonly isFailure: (value: T) => boolean;
}

/** Tenants at once for a command that only reads, when nothing is said. */
export const DEFAULT_PARALLEL = 4;

/**
 * Does the same for many, so many at once. After a failure nothing further is begun, unless told to go on; what is under
 * way ends. Results keep the order given. Never throws for one of them.
 */
export async function runFleet<I, T>(
  items: readonly I[],
  work: (item: I) => Promise<T>,
  options: FleetRunOptions<T>,
): Promise<readonly FleetOutcome<I, T>[]> {
  const limit = pLimit(Math.max(1, Math.floor(options.parallel)));
  let stopped = false;
  const one = async (item: I): Promise<FleetOutcome<I, T>> => {
    if (stopped) return { item, kind: 'skipped' };
    try {
      const value = await work(item);
      if (options.isFailure(value) && !options.continueOnError) stopped = true;
      return { item, kind: 'done', value };
    } catch (thrown) {
      if (!options.continueOnError) stopped = true;
      return { item, kind: 'failed', error: asDeployError(thrown) };
    }
  };
  return Promise.all(items.map((item) => limit(() => one(item))));
}

/** Any thrown value as an error of the hierarchy. */
export function asDeployError(thrown: unknown): DeployError {
  if (thrown instanceof DeployError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new DeployError('INTERNAL', message, {
    cause: thrown,
    hint: 'This is a defect of cf-deploy; please report it.',
  });
}
