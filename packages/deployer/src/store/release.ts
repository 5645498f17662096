import type { DeployResult } from '../deployer-api.ts';
import type { EndState } from '../deployer-api.ts';

/**
 * Where a release stands. `paused`: a gate, an unclear verdict or a person stopped it, and it can go on. `failed`: the
 * failure budget is used up. `aborted`: a person ended it. `taken-back`: every target it changed runs what ran before.
 */
export type ReleaseStatus = 'running' | 'paused' | 'failed' | 'done' | 'aborted' | 'taken-back';

/** Where one target of a release stands. */
export type TargetState = 'waiting' | 'running' | 'done' | 'failed' | 'skipped' | 'taken-back';

/** A run over many targets, as it is kept. Times are milliseconds since 1970. */
export interface Release {
  readonly id: string;
  readonly kind: 'deploy' | 'rollback';
  readonly environment: string | null;
  readonly status: ReleaseStatus;
  /** Why it is paused or ended, for people. */
  readonly why: string | null;
  readonly createdAt: number;
  readonly finishedAt: number | null;
  /** Who began it, as the machine knows them. */
  readonly by: string | null;
  readonly commit: string | null;
  readonly message: string | null;
  /** Real path of the project it was begun in: elsewhere it is not resumed. */
  readonly root: string;
  /** The release that this one takes back; null for a deploy. */
  readonly of: string | null;
  readonly rollout: RolloutOptions;
}

/** One target of a release, as it is kept. */
export interface ReleaseTarget {
  readonly tenant: string;
  /** Number of its wave, from 0. */
  readonly wave: number;
  readonly state: TargetState;
  /** Process that runs it: `<host>:<pid>`. */
  readonly runner: string | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly endState: EndState | null;
  /** What it ran before the release. */
  readonly previousVersionId: string | null;
  readonly versionId: string | null;
  /** Path of its record. */
  readonly record: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** What one target came to: the part of its result that a release keeps. */
export type TargetOutcome = Pick<
  DeployResult,
  'status' | 'endState' | 'previousVersionId' | 'versionId' | 'record'
> & {
  readonly verdict: DeployResult['health']['verdict'];
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly calls: number;
};

/** How a release goes through its targets. Plain data, so that it can be resumed. */
export interface RolloutOptions {
  /** Targets at once. @default 1 */
  readonly parallel: number;
  /** Failures that are borne before it stops: a count, or a share of all targets such as `"5%"`. @default 0 */
  readonly failureBudget: number | string;
  /** What happens when the budget is used up. @default 'stop' */
  readonly onFailure: 'stop' | 'rollback-wave' | 'rollback-release';
  readonly waves: readonly WaveOptions[];
}

/** How one wave is taken. */
export interface WaveOptions {
  readonly name: string;
  /** Milliseconds that the wave must stay healthy before the next begins. */
  readonly bakeMs: number;
  /** `manual`: the release pauses after it until somebody says `continue`. */
  readonly gate: 'auto' | 'manual';
}
