import type { WatchVerdict } from '../health/shift.ts';
import { asDeployError } from '../errors.ts';
import { allowedFailures, concurrencyAfter } from './failure-budget.ts';
import { findRelease } from './release-summary.ts';
import type { Release, ReleaseTarget, TargetOutcome } from '../store/release.ts';
import type { ReleaseStore } from '../store/release-store.ts';

/** What going through a release needs of the world. */
export interface RollOutOptions {
  readonly store: ReleaseStore;
  /** Who runs it, see `Runner`. */
  readonly runner: string;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
  /** Deploys one target. What it throws is a failure that left the target untouched. */
  readonly deploy: (target: ReleaseTarget) => Promise<TargetOutcome>;
  /** Asks a target of a baked wave again; false: sick. */
  readonly stillHealthy: (target: ReleaseTarget) => Promise<boolean>;
  /** Compares the errors of a wave with those of the targets that wait, while it is watched. */
  readonly judgeErrors: (release: Release, wave: number, watch: WaveWatch) => Promise<WatchVerdict>;
  /** Targets that must be through before this one begins, by name. @default none */
  readonly needs?: (target: string) => readonly string[];
}

/** What watching the errors of a wave needs. */
export interface WaveWatch {
  readonly bakeMs: number;
  /** Whether somebody stopped the release meanwhile. */
  readonly isStopped: () => boolean;
}

/** Why a wave, and with it the release, did not go on. */
type Stop =
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'paused'; readonly why: string }
  | { readonly kind: 'ended' };

/** Longest sleep between two looks at whether somebody paused or aborted the release, ms. */
const LOOK_EVERY_MS = 2_000;

/**
 * Goes through the waiting targets of a release, wave by wave: a wave must be done and stay healthy for its bake time
 * before the next begins. Each target is claimed before and settled after, so that a killed run can be resumed and two
 * runs never take the same target. Gives the release as it then stands.
 */
export async function rollOut(release: Release, options: RollOutOptions): Promise<Release> {
  const { store, now } = options;
  const { waves } = release.rollout;
  for (const [number, wave] of waves.entries()) {
    const members = store.targets(release.id).filter((target) => target.wave === number);
    const begun = members.some(({ state }) => state === 'waiting');
    const stop =
      (await runWave(release, number, options)) ?? (begun ? await bake(release, number, options) : null);
    if (stop !== null) return end(release, stop, options);
    const last = number === waves.length - 1;
    if (begun && wave.gate === 'manual' && !last) {
      return end(
        release,
        { kind: 'paused', why: `${wave.name} is done; the gate after it is manual` },
        options,
      );
    }
  }
  const targets = store.targets(release.id);
  const failures = failed(targets).length;
  // Somebody else has one under way, and ends the release.
  if (targets.some(({ state }) => state === 'running')) return findRelease(store, release.id);
  store.setStatus(release.id, {
    from: ['running'],
    to: 'done',
    why: failures === 0 ? null : `${failures} failed, within the budget`,
    now: now(),
  });
  return findRelease(store, release.id);
}

/** Targets that count against the failure budget. */
export function failed(targets: readonly ReleaseTarget[]): readonly ReleaseTarget[] {
  return targets.filter(({ state }) => state === 'failed');
}

async function runWave(release: Release, wave: number, options: RollOutOptions): Promise<Stop | null> {
  const { store } = options;
  const all = store.targets(release.id);
  const waiting = all.filter((target) => target.wave === wave && target.state === 'waiting');
  const allowed = allowedFailures(release.rollout.failureBudget, all.length);
  const running = new Map<string, Promise<void>>();
  let stop: Stop | null = null;
  let failures = failed(all).length;
  for (const member of waiting) {
    const { target } = member;
    const full = (): boolean =>
      running.size >= concurrencyAfter({ parallel: release.rollout.parallel, allowed, failures });
    const early = (): boolean => (options.needs?.(target) ?? []).some((name) => running.has(name));
    while (full() || early()) await Promise.race(running.values());
    stop ??= stopped(release.id, options);
    if (stop !== null) break;
    const one = runTarget(release.id, member, options).then((outcome) => {
      running.delete(target);
      if (outcome === null) return;
      if (outcome.status === 'paused') stop ??= pausedAt(target);
      if (!isFailure(outcome)) return;
      failures += 1;
      if (failures > allowed) stop ??= stopFor(target, outcome, { failures, allowed });
    });
    running.set(target, one);
  }
  await Promise.all(running.values());
  return stop;
}

async function runTarget(
  id: string,
  member: ReleaseTarget,
  { store, runner, now, deploy }: RollOutOptions,
): Promise<TargetOutcome | null> {
  const { target } = member;
  if (!store.claim(id, target, runner, now())) return null;
  const outcome = await deploy(member).catch((thrown: unknown): TargetOutcome => {
    const { code, message } = asDeployError(thrown);
    return { ...UNTOUCHED, error: { code, message } };
  });
  // One that is paused half-way waits to be gone on with.
  const ended = isFailure(outcome) ? 'failed' : 'done';
  const state = outcome.status === 'paused' ? 'waiting' : ended;
  store.settle(id, target, { state, outcome, now: now() });
  return outcome;
}

const UNTOUCHED = {
  status: 'failed',
  endState: 'untouched',
  previousVersionId: null,
  versionId: null,
  record: null,
  verdict: 'skipped',
  calls: 0,
} as const;

/** Waits for the bake time of a wave, then asks its targets again. */
async function bake(release: Release, wave: number, options: RollOutOptions): Promise<Stop | null> {
  const { store, now, sleep } = options;
  const bakeMs = release.rollout.waves[wave]?.bakeMs ?? 0;
  if (bakeMs === 0) return null;
  const until = now() + bakeMs;
  const judged = await bakeByErrors(release, wave, { bakeMs, options });
  if (judged !== null) return stopped(release.id, options) ?? judged;
  while (now() < until) {
    await sleep(Math.min(LOOK_EVERY_MS, until - now()));
    const stop = stopped(release.id, options);
    if (stop !== null) return stop;
  }
  const done = store.targets(release.id).filter((target) => target.wave === wave && target.state === 'done');
  for (const target of done) {
    if (await options.stillHealthy(target)) continue;
    const error = { code: 'HEALTH_FAILED', message: 'It turned sick while its wave was watched.' };
    const outcome = { ...UNTOUCHED, endState: target.endState ?? 'unknown', error } as const;
    store.settle(release.id, target.target, { state: 'failed', outcome, now: now() });
  }
  const targets = store.targets(release.id);
  const failures = failed(targets).length;
  const allowed = allowedFailures(release.rollout.failureBudget, targets.length);
  return failures > allowed ? { kind: 'failed', why: overBudget(failures, allowed) } : null;
}

/** Null: go on. What is worse fails with all of its wave; what cannot be told pauses. */
async function bakeByErrors(
  release: Release,
  wave: number,
  { bakeMs, options }: { readonly bakeMs: number; readonly options: RollOutOptions },
): Promise<Stop | null> {
  const { store, now } = options;
  const waits = store.targets(release.id).some(({ state }) => state === 'waiting');
  if (release.rollout.metrics === 'off' || !waits) return null;
  const isStopped = (): boolean => stopped(release.id, options) !== null;
  const verdict = await options.judgeErrors(release, wave, { bakeMs, isStopped });
  if (verdict.kind === 'go-on') return null;
  if (verdict.kind === 'pause') return { kind: 'paused', why: verdict.why };
  const { code, message } = verdict.error;
  for (const target of store.targets(release.id)) {
    if (target.wave !== wave || target.state !== 'done') continue;
    const outcome = {
      ...UNTOUCHED,
      endState: target.endState ?? 'unknown',
      error: { code, message },
    } as const;
    store.settle(release.id, target.target, { state: 'failed', outcome, now: now() });
  }
  return { kind: 'failed', why: message };
}

/** Whether a person, a signal or another process stopped the release meanwhile. */
function stopped(id: string, { store, signal }: RollOutOptions): Stop | null {
  if (signal?.aborted === true) return { kind: 'paused', why: 'it was stopped by a signal' };
  const status = store.release(id)?.status;
  return status === 'running' ? null : { kind: 'ended' };
}

function end(release: Release, stop: Stop, { store, now }: RollOutOptions): Release {
  if (stop.kind !== 'ended') {
    store.setStatus(release.id, { from: ['running'], to: stop.kind, why: stop.why, now: now() });
  }
  return findRelease(store, release.id);
}

function isFailure({ status }: TargetOutcome): boolean {
  return status === 'failed' || status === 'rolled-back';
}

/** A failure beyond the budget. What is only not known to be healthy pauses, so that no rule takes anything back. */
function stopFor(
  target: string,
  { verdict, error }: TargetOutcome,
  { failures, allowed }: { readonly failures: number; readonly allowed: number },
): Stop {
  const isUnclear = error?.code === 'HEALTH_FAILED' && verdict !== 'unhealthy';
  return isUnclear
    ? { kind: 'paused', why: `${target}: whether it is healthy cannot be told` }
    : { kind: 'failed', why: overBudget(failures, allowed) };
}

function pausedAt(target: string): Stop {
  return { kind: 'paused', why: `${target}: its gradual deploy is paused` };
}

function overBudget(failures: number, allowed: number): string {
  return allowed === 0
    ? 'a target failed'
    : `${failures} targets failed, and the failure budget is ${allowed}`;
}
