import type { Strategy, VerifyBefore } from '../shapes/traffic-schema.ts';
import type { DeployStatus, EndState } from '../end-state.ts';
import type { HealthVerdict } from '../health/report.ts';

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
  /** Who goes through it now, see `Runner`; null when nobody does. */
  readonly runner: string | null;
  readonly rollout: RolloutOptions;
}

/** One target of a release, as it is kept. */
export interface ReleaseTarget {
  /** Names it in the release: `<tenant>`, or `<tenant>/<worker>` for one of several Workers. */
  readonly target: string;
  readonly tenant: string;
  /** Name of one of several Workers; null: the only one. */
  readonly worker: string | null;
  /** Number of its wave, from 0. */
  readonly wave: number;
  readonly state: TargetState;
  /** Who runs it, or ran it last, see `Runner`. */
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
export interface TargetOutcome {
  readonly status: DeployStatus;
  readonly endState: EndState;
  readonly previousVersionId: string | null;
  readonly versionId: string | null;
  readonly record: string | null;
  readonly verdict: HealthVerdict;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly calls: number;
}

/** How a release goes through its targets. Plain data, so that it can be resumed. */
export interface RolloutOptions {
  /** Targets at once. @default 1 */
  readonly parallel: number;
  /** Failures that are borne before it stops: a count, or a share of all targets such as `"5%"`. @default 0 */
  readonly failureBudget: number | string;
  /** What happens when the budget is used up. @default 'stop' */
  readonly onFailure: 'stop' | 'rollback-wave' | 'rollback-release';
  /** Whether errors decide beside the health check while a wave is watched. @default 'off' */
  readonly metrics: 'required' | 'off';
  readonly waves: readonly WaveOptions[];
  /** What was asked of each deploy. */
  readonly deploy: ReleaseDeployOptions;
}

/** The options of a deploy that a release keeps, so that whoever resumes it deploys alike. */
export interface ReleaseDeployOptions {
  readonly force: boolean;
  readonly verify: boolean;
  readonly takeOver: boolean;
  readonly takeOverSplit: boolean;
  /** How new versions get their traffic; null: as each target's files say. */
  readonly strategy: Strategy | null;
  /** When new versions are asked before they have traffic; null: as each target's files say. */
  readonly verifyBefore: VerifyBefore | null;
  readonly tag: string | null;
  /** Every target is read one by one, whatever the lists of the account say. */
  readonly full: boolean;
  /** Where all targets are; null: among the account's own Workers. */
  readonly dispatchNamespace: string | null;
}

/** How one wave is taken. */
export interface WaveOptions {
  readonly name: string;
  /** Milliseconds that the wave must stay healthy before the next begins. */
  readonly bakeMs: number;
  /** `manual`: the release pauses after it until somebody says `continue`. */
  readonly gate: 'auto' | 'manual';
}

/** A Worker as the last deploy or the last look left it. */
export interface SeenTarget {
  readonly accountId: string;
  readonly scriptName: string;
  /** Digest of everything the files wanted when it was as they want it; null when it was not. */
  readonly wanted: string | null;
  /** When its live deployment was made, by the API's clock: whoever deploys after that makes another one. */
  readonly deployedOn: number;
  /** Digest of its row in the account's list; null until a list was read after it was deployed. */
  readonly row: string | null;
  /** Digest of what the account-wide lists said of its domains, queues, workflows and routes. */
  readonly lists: string;
  readonly versionId: string | null;
}

/**
 * How far an account was looked at. All that is remembered of it was as remembered when the list of its Workers was read,
 * or was read later.
 */
export interface AccountMark {
  /** When the newest deployment of the account was made, by the API's clock. */
  readonly newest: number;
  /** Deployments from before that need not be looked at again, by the API's clock. */
  readonly settled: number;
  /** When the list was read, by the clock of this machine. */
  readonly readAt: number;
}
