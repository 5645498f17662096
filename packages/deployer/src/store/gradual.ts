import type { TrafficPlan } from '../resolve/resolve-traffic.ts';

/**
 * Where a gradual deploy stands. `running`: somebody goes through its steps, or was killed while doing so. `paused`: it
 * waits for somebody to say how it goes on. The others are over: all traffic has the new version, the old one, or
 * something else that somebody deployed.
 */
export type GradualStatus = 'running' | 'paused' | 'done' | 'taken-back' | 'replaced';

/** What somebody asks of the process that goes through it. */
export type GradualWish = 'pause' | 'abort';

/** The last gradual deploy of one Worker, as it is kept. Times are milliseconds since 1970. */
export interface GradualDeploy {
  readonly accountId: string;
  readonly scriptName: string;
  readonly tenant: string;
  /** Name of one of several Workers; null: the only one. */
  readonly worker: string | null;
  readonly environment: string | null;
  readonly status: GradualStatus;
  /** Why it is paused or over, for people. */
  readonly why: string | null;
  readonly oldVersionId: string;
  readonly newVersionId: string;
  readonly steps: TrafficPlan['steps'];
  readonly metrics: TrafficPlan['metrics'];
  /** The step whose share the new version has, or is just being given, from 0. */
  readonly step: number;
  /** When that was noted. */
  readonly since: number;
  /** What the deploy still has to do when the new version has all traffic, for people. */
  readonly rest: readonly string[];
  readonly startedAt: number;
  readonly by: string | null;
  readonly message: string | null;
  /** Who goes through it now, see `Runner`; null when nobody does. */
  readonly runner: string | null;
  /** When that one was last heard of. */
  readonly seenAt: number;
  readonly wish: GradualWish | null;
}

/** What results show of it. Times are ISO 8601. */
export interface GradualSummary {
  readonly status: GradualStatus;
  readonly why: string | null;
  readonly oldVersionId: string;
  readonly newVersionId: string;
  /** Share of the new version that the current step gives it, percent. */
  readonly percent: number;
  /** From 1. */
  readonly step: number;
  readonly steps: number;
  readonly since: string;
  readonly startedAt: string;
  readonly by: string | null;
  /** Somebody goes through it now. */
  readonly running: boolean;
}

/** A runner of another machine counts as gone when nothing was heard of it for so long, ms. */
const SILENT_MS = 5 * 60_000;

/** Whether somebody goes through it now. */
export function isUnderWay(
  { status, runner, seenAt }: GradualDeploy,
  { isAlive, now }: { readonly isAlive: (runner: string) => boolean; readonly now: number },
): boolean {
  return status === 'running' && runner !== null && now - seenAt < SILENT_MS && isAlive(runner);
}

/** What results show of it. */
export function gradualSummary(
  gradual: GradualDeploy,
  world: { readonly isAlive: (runner: string) => boolean; readonly now: number },
): GradualSummary {
  const { status, why, oldVersionId, newVersionId, steps, step, since, startedAt, by } = gradual;
  return {
    status,
    why,
    oldVersionId,
    newVersionId,
    percent: steps[step]?.percent ?? 100,
    step: step + 1,
    steps: steps.length,
    since: new Date(since).toISOString(),
    startedAt: new Date(startedAt).toISOString(),
    by,
    running: isUnderWay(gradual, world),
  };
}
