import type { DeployResult } from '../deployer-api.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import type { ReleaseDeployOptions } from '../store/release.ts';

/** What the lists of an account tell about its Workers, read once for all of them. */
export interface Sweep {
  /** The result of a target that is provably as the files want it; null: it has to be looked at. */
  unchanged(context: TenantContext, options: ReleaseDeployOptions): Promise<DeployResult | null>;
  /** Told of a target that was deployed, or looked at and found unchanged. */
  deployed(context: TenantContext, result: DeployResult): void;
}

/** Looks at every target. */
export const noSweep: Sweep = {
  unchanged: () => Promise.resolve(null),
  deployed: () => undefined,
};
