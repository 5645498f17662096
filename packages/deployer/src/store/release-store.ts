import type { Release, ReleaseStatus, ReleaseTarget, TargetOutcome } from './release.ts';

/** A stop of deploys to one environment that everybody who shares the store obeys. */
export interface Freeze {
  /** '' stands for the top-level configuration. */
  readonly environment: string;
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly why: string;
  readonly by: string | null;
}

/**
 * Keeps releases. Every method is one statement that either happens or does not, so that a store may be SQLite on this
 * machine or a database that many share. Times are milliseconds since 1970.
 */
export interface ReleaseStore {
  /** Writes a release with all its targets waiting. */
  create(
    release: Release,
    targets: readonly Pick<ReleaseTarget, 'tenant' | 'wave' | 'previousVersionId'>[],
  ): void;
  release(id: string): Release | null;
  /** Newest first. */
  releases(options: { readonly environment?: string | null; readonly limit: number }): readonly Release[];
  /** In the order of waves, then as they were given. */
  targets(id: string): readonly ReleaseTarget[];
  /** Changes the status only from one of those named; tells whether it did. */
  setStatus(
    id: string,
    change: {
      readonly from: readonly ReleaseStatus[];
      readonly to: ReleaseStatus;
      readonly why: string | null;
      readonly now: number;
    },
  ): boolean;
  /** Takes a waiting target for this runner; false when somebody else has it or it is over. */
  claim(id: string, tenant: string, runner: string, now: number): boolean;
  /** Gives a target back that its dead runner never finished. */
  unclaim(id: string, tenant: string, runner: string): boolean;
  /** Writes how a target ended. */
  settle(
    id: string,
    tenant: string,
    end: {
      readonly state: ReleaseTarget['state'];
      readonly outcome: TargetOutcome | null;
      readonly now: number;
    },
  ): void;
  freeze(freeze: Freeze): void;
  thaw(environment: string): boolean;
  /** The freeze that holds at that time; null when none does. */
  frozen(environment: string, now: number): Freeze | null;
  close(): void;
}
