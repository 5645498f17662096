import { testOfStep } from '../health/metrics.ts';
import type { HealthReport } from '../health/report.ts';
import { watchShift } from '../health/shift.ts';
import { skippedHealth } from '../health/watch.ts';
import type { Plan } from '../plan/plan.ts';
import type { GradualWatch } from '../plan/step.ts';
import { namesOf } from '../resolve/worker-names.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { whoRuns } from '../session/who-runs.ts';
import type { GradualDeploy, GradualStatus } from '../store/gradual.ts';
import type { ReleaseStore } from '../store/release-store.ts';
import { describeStep } from './registry.ts';
import { checkVersion } from './check-health.ts';
import { metricsOf } from './metrics-of.ts';

/** What a gradual deploy is kept with and watched by. */
export interface GradualRun extends GradualWatch {
  /** Where it stands; null when no step of it was begun. */
  state(): GradualDeploy | null;
  /** Notes how it ended, or that it waits. Nobody goes through it any more. */
  end(status: GradualStatus, why: string | null): void;
  /** Notes that the run changed nothing: what it went on with stands where it stood before. */
  leave(why: string | null): void;
}

/** Requests are noted at most so often, ms: who watches is known to be there. */
const TOUCH_EVERY_MS = 30_000;

/** Keeps a gradual deploy in the store while its steps are taken, and watches them. */
export function gradualRun(
  context: TenantContext,
  plan: Plan,
  options: {
    readonly store: ReleaseStore;
    readonly url: string | null;
    readonly verify: boolean;
    readonly message: string | undefined;
    /** What is gone on with; null for a new one. */
    readonly before: GradualDeploy | null;
  },
): GradualRun {
  const { world, worker } = context;
  const { store, before } = options;
  let state: GradualDeploy | null = before;
  let paused: string | null = null;
  const wish = wishesOf(context, store);
  const timing = { now: world.now, sleep: world.sleep, signal: world.signal };
  const note = (next: GradualDeploy): void => {
    state = next;
    store.noteGradual(next);
  };
  const stopAt = (at: GradualDeploy, status: GradualStatus, why: string | null): void =>
    note({ ...at, status, why, runner: null, seenAt: world.now(), wish: null });
  return {
    state: () => state,
    begin({ number }, versions) {
      const [now, runner] = [world.now(), world.runner.name];
      const kept = state ?? newGradual(context, plan, { versions, message: options.message });
      note({ ...kept, status: 'running', why: null, step: number, since: now, runner, seenAt: now });
    },
    async watch({ percent, bakeSeconds }, versions) {
      const { metrics, steps } = state ?? worker.traffic;
      const tell = (message: string): void =>
        world.emit({ type: 'notice', tenant: worker.tenant, message: `at ${percent} %: ${message}` });
      const verdict = await watchShift({
        ...timing,
        wish,
        tell,
        bakeMs: bakeSeconds * 1000,
        metrics: metrics === 'off' ? null : metricsOf(context, versions),
        test: testOfStep(state?.step ?? 0, steps.length),
        ask: () => askNew(context, versions.new, options),
      });
      if (verdict.kind === 'pause') paused = verdict.why;
      return verdict;
    },
    end(status, why) {
      if (state !== null) stopAt(state, status, why ?? (status === 'paused' ? paused : null));
    },
    leave(why) {
      if (before !== null) stopAt(before, before.status, why);
    },
  };
}

/** What somebody asks of this run. Whoever looks is there, which is noted now and then. */
function wishesOf({ world, worker }: TenantContext, store: ReleaseStore): () => GradualDeploy['wish'] {
  const { accountId, scriptName } = worker;
  let touched = 0;
  return () => {
    const now = world.now();
    if (now - touched > TOUCH_EVERY_MS) {
      touched = now;
      store.touchGradual(accountId, scriptName, now);
    }
    return store.gradual(accountId, scriptName)?.wish ?? null;
  };
}

/** Asks the new version by its name, so that the answer is not the old one's. */
function askNew(
  context: TenantContext,
  versionId: string,
  { url, verify }: { readonly url: string | null; readonly verify: boolean },
): Promise<HealthReport> {
  const { health } = context.worker;
  if (!verify) return Promise.resolve(skippedHealth('not asked for'));
  if (url === null) return Promise.resolve(skippedHealth('the Worker has no URL'));
  if (health !== false && health.url !== null) {
    return Promise.resolve(skippedHealth('healthCheck.url is not an address of the Worker itself'));
  }
  return checkVersion(context, versionId, url);
}

function newGradual(
  { world, worker }: TenantContext,
  plan: Plan,
  {
    versions,
    message,
  }: {
    readonly versions: { readonly old: string; readonly new: string };
    readonly message: string | undefined;
  },
): GradualDeploy {
  const now = world.now();
  const last = plan.steps.findIndex(({ kind }) => kind === 'promote');
  return {
    ...namesOf(worker),
    status: 'running',
    why: null,
    oldVersionId: versions.old,
    newVersionId: versions.new,
    steps: plan.traffic.steps,
    metrics: worker.traffic.metrics,
    step: 0,
    since: now,
    rest: plan.steps.slice(last + 1).map((step) => describeStep(step).description),
    startedAt: now,
    by: whoRuns(world.env),
    message: message ?? null,
    runner: world.runner.name,
    seenAt: now,
    wish: null,
  };
}
