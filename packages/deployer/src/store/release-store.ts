import type { GradualDeploy, GradualWish } from './gradual.ts';
import type {
  AccountMark,
  Release,
  ReleaseStatus,
  ReleaseTarget,
  SeenTarget,
  TargetOutcome,
} from './release.ts';

/** A stop of deploys to one environment that everybody who shares the store obeys. */
export interface Freeze {
  /** '' stands for the top-level configuration. */
  readonly environment: string;
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly why: string;
  readonly by: string | null;
}

/** A target as it enters a release: waiting, or known to need nothing. */
export type NewTarget = Pick<
  ReleaseTarget,
  'target' | 'tenant' | 'worker' | 'wave' | 'previousVersionId' | 'versionId' | 'endState'
> & { readonly state: 'waiting' | 'done' };

/**
 * Keeps releases. Every method is one statement that either happens or does not, so that a store may be SQLite on this
 * machine or a database that many share. Times are milliseconds since 1970.
 */
export interface ReleaseStore {
  /** Writes a release with all its targets. */
  create(release: Release, targets: readonly NewTarget[]): void;
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
  /** Makes this runner the one that goes through it, if it stands so and `was` went through it last; tells whether. */
  take(
    id: string,
    change: { readonly from: readonly ReleaseStatus[]; readonly runner: string; readonly was: string | null },
  ): boolean;
  /** The runner goes through it no longer. */
  leave(id: string, runner: string): void;
  /** Takes a waiting target for this runner; false when somebody else has it or it is over. */
  claim(id: string, target: string, runner: string, now: number): boolean;
  /** Gives a target back that its dead runner never finished. */
  unclaim(id: string, target: string, runner: string): boolean;
  /** Notes before the first write what the target runs; what was noted first stays. */
  note(id: string, target: string, previousVersionId: string | null): void;
  /** Changes the state of all targets that have the given one. */
  move(id: string, from: ReleaseTarget['state'], to: ReleaseTarget['state']): void;
  /** Writes how a target ended. */
  settle(
    id: string,
    target: string,
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
  /** The last gradual deploy of a Worker; null when none is known. */
  gradual(accountId: string, scriptName: string): GradualDeploy | null;
  /** Writes where a gradual deploy stands, in place of what was known of the Worker. A wish stays until nobody runs it. */
  noteGradual(gradual: GradualDeploy): void;
  /** Makes this runner the one that goes through it, if it is open and `was` went through it last; tells whether. */
  takeGradual(
    accountId: string,
    scriptName: string,
    change: { readonly runner: string; readonly was: string | null; readonly now: number },
  ): boolean;
  /** Notes that whoever goes through it is there. */
  touchGradual(accountId: string, scriptName: string, now: number): void;
  /** Asks something of the one who goes through it; false when nobody does. Nothing takes an abort back. */
  wishGradual(accountId: string, scriptName: string, wish: GradualWish): boolean;
  /** What is remembered of the targets of an account. */
  seen(accountId: string): readonly SeenTarget[];
  /** Remembers a target in place of what was known of it. @param live the Worker as text */
  remember(target: SeenTarget, live: string): void;
  /** The Worker as it was remembered; null when it was not. */
  recall(accountId: string, scriptName: string): string | null;
  /** Notes the rows that a list had of remembered targets. */
  noteRows(rows: readonly Pick<SeenTarget, 'accountId' | 'scriptName' | 'row'>[]): void;
  /** Forgets a target: it is about to change, or was changed by somebody. */
  forget(accountId: string, scriptName: string): void;
  /** How far an account was looked at; null when it never was. */
  mark(accountId: string): AccountMark | null;
  setMark(accountId: string, mark: AccountMark): void;
  close(): void;
}
