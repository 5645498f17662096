import pLimit from 'p-limit';
import { DeployError } from '../errors.ts';

/** One tenant's result. */
export type FleetOutcome<T> =
  | { readonly tenant: string; readonly kind: 'done'; readonly value: T }
  | { readonly tenant: string; readonly kind: 'failed'; readonly error: DeployError }
  | { readonly tenant: string; readonly kind: 'skipped' };

/** How many at once, and when to stop. */
export interface FleetRunOptions<T> {
  readonly parallel: number;
  readonly continueOnError: boolean;
  /** Whether a result, though not an error, is a failure. */
  readonly isFailure: (value: T) => boolean;
}

/** Tenants at once when nothing is said. */
export const DEFAULT_PARALLEL = 4;

/**
 * Does the same for many tenants, so many at once. After a failure no further tenant is begun, unless told to go on;
 * what is under way ends. Results keep the order of the tenants. Never throws for a tenant.
 */
export async function runFleet<T>(
  tenants: readonly string[],
  work: (tenant: string) => Promise<T>,
  options: FleetRunOptions<T>,
): Promise<readonly FleetOutcome<T>[]> {
  const limit = pLimit(Math.max(1, Math.floor(options.parallel)));
  let stopped = false;
  const one = async (tenant: string): Promise<FleetOutcome<T>> => {
    if (stopped) return { tenant, kind: 'skipped' };
    try {
      const value = await work(tenant);
      if (options.isFailure(value) && !options.continueOnError) stopped = true;
      return { tenant, kind: 'done', value };
    } catch (thrown) {
      if (!options.continueOnError) stopped = true;
      return { tenant, kind: 'failed', error: asDeployError(thrown) };
    }
  };
  return Promise.all(tenants.map((tenant) => limit(() => one(tenant))));
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
