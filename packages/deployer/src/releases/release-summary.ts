import { ConfigError } from '../errors.ts';
import type { ReleaseRunner } from '../session/runner.ts';
import type { ReleaseStatus, RolloutOptions, Release, ReleaseTarget } from '../store/release.ts';
import type { ReleaseStore } from '../store/release-store.ts';
import { summarise } from './summary.ts';

/** A release in short. Times are ISO 8601. */
export interface ReleaseSummary {
  readonly id: string;
  readonly kind: 'deploy' | 'rollback';
  readonly environment: string | null;
  /** `interrupted`: it was under way, and the process that went through it is gone. */
  readonly status: ReleaseStatus | 'interrupted';
  /** Why it is paused, ended or interrupted. */
  readonly why: string | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly by: string | null;
  readonly commit: string | null;
  readonly message: string | null;
  /** The release this one takes back. */
  readonly of: string | null;
  /** Targets by state: `{ done: 38, failed: 2 }`. */
  readonly targets: Readonly<Record<string, number>>;
  /** It waits at a manual gate: going on is a decision, nothing is wrong. */
  readonly atGate: boolean;
}

/** A release and each of its targets. */
export interface ReleaseResult extends ReleaseSummary {
  readonly rollout: RolloutOptions;
  readonly members: readonly ReleaseTarget[];
}

/** A release in short, as results have it; `isAlive` tells whether its runner may still be at work. */
export function releaseSummary(
  release: Release,
  targets: readonly ReleaseTarget[],
  isAlive: ReleaseRunner['isAlive'],
): ReleaseSummary {
  const { id, kind, environment, runner, by, commit, message, of } = release;
  const isInterrupted = release.status === 'running' && runner !== null && !isAlive(runner);
  const status = isInterrupted ? 'interrupted' : release.status;
  const why = isInterrupted ? 'the process that went through it is gone' : release.why;
  return {
    id,
    kind,
    environment,
    status,
    why,
    createdAt: new Date(release.createdAt).toISOString(),
    finishedAt: release.finishedAt === null ? null : new Date(release.finishedAt).toISOString(),
    by,
    commit,
    message,
    of,
    targets: summarise(targets.map(({ state }) => state)),
    atGate: isAtGate(release, targets),
  };
}

/** A release with each of its targets. */
export function releaseResult(
  release: Release,
  targets: readonly ReleaseTarget[],
  isAlive: ReleaseRunner['isAlive'],
): ReleaseResult {
  return { ...releaseSummary(release, targets, isAlive), rollout: release.rollout, members: targets };
}

/** The release of that id. @throws ConfigError RELEASE_UNKNOWN */
export function findRelease(store: ReleaseStore, id: string): Release {
  const release = store.release(id);
  if (release !== null) return release;
  throw new ConfigError('RELEASE_UNKNOWN', `There is no release ${JSON.stringify(id.slice(0, 64))}.`, {
    hint: '"cf-deploy releases" lists those known on this machine.',
  });
}

/** Paused because the last wave that was begun is through and its gate is manual. */
function isAtGate({ status, rollout }: Release, targets: readonly ReleaseTarget[]): boolean {
  const begun = targets.filter(({ state }) => state !== 'waiting').map(({ wave }) => wave);
  const last = Math.max(-1, ...begun);
  const through = targets.every(
    ({ wave, state }) => wave !== last || !['waiting', 'running'].includes(state),
  );
  return status === 'paused' && last >= 0 && through && rollout.waves[last]?.gate === 'manual';
}
