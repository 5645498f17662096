import { mkdir } from 'node:fs/promises';
import type { Miniflare } from 'miniflare';
import type { MiniflareOptions } from 'miniflare';
import type { DataNeeds, AwakeScript, InstancePlan } from '../plan/plan-instance.ts';
import { planSignature } from '../plan/plan-instance.ts';
import { workerName } from '../plan/worker-name.ts';
import { createIdleTimer } from '../idle-timer.ts';
import { createAwake } from './awake.ts';
import type { Need } from './awake.ts';
import { createDrain } from './drain.ts';
import { startMiniflare } from './start-miniflare.ts';

/** One workerd process that is started, changed and stopped as it is used. */
export interface Instance {
  /**
   * Runs `work` on a process that has what `need` names, from the newest state. The process is not changed or stopped
   * until the promise `work` gave has settled and `until`, if it gave one, too.
   */
  use<T>(need: Need, work: (miniflare: Miniflare) => Promise<Used<T>>): Promise<T>;
  /** The state changed: look again before the next use. */
  changed(): void;
  /** Runs `work` while no process runs. */
  whileStopped(work: () => Promise<void>): Promise<void>;
  /** Uses under way. */
  readonly busy: number;
  readonly running: boolean;
  /** Time of the last use, milliseconds of a monotonic clock. */
  readonly lastUsed: number;
  /** Stops the process after the uses under way. */
  stop(): Promise<void>;
}

/** Result of a use; `until` settles when the process is no longer needed for it (a streamed body ended). */
export interface Used<T> {
  value: T;
  until?: Promise<unknown>;
}

export interface InstanceOptions {
  /** Folder of the data. */
  dir: string;
  plan(awake: readonly AwakeScript[], data: DataNeeds): InstancePlan;
  options(plan: InstancePlan, onOutput: (text: string) => void): Promise<MiniflareOptions>;
  /** Called before a process starts, to make room. */
  beforeStart(): Promise<void>;
  /** Milliseconds without use after which the process stops. */
  idleMs: number;
  /** Milliseconds a change waits for uses under way before it cuts them off. */
  drainMs: number;
  maxScripts: number;
}

/** An {@link Instance}, stopped. */
export function createInstance(settings: InstanceOptions): Instance {
  const awake = createAwake(settings.maxScripts);
  const drain = createDrain();
  let miniflare: Miniflare | null = null;
  let loaded: { plan: InstancePlan; signature: string } | null = null;
  let dirty = false;
  let swap: Promise<void> | null = null;
  let lastUsed = performance.now();

  const currentPlan = (): InstancePlan => settings.plan(awake.scripts(), awake.data());

  /** True when the running process has what is needed and nothing newer. */
  const ready = (need: Need): boolean => {
    if (miniflare === null || loaded === null) return false;
    if (dirty && planSignature(currentPlan()) !== loaded.signature) return false;
    dirty = false;
    return provides(loaded.plan, need);
  };

  const stopNow = async (): Promise<void> => {
    const running = miniflare;
    miniflare = null;
    loaded = null;
    await running?.dispose();
  };

  /** One change at a time; what comes meanwhile waits for it and looks again. */
  const exclusively = (work: () => Promise<void>): Promise<void> => {
    const mine = (swap ?? Promise.resolve()).then(async () => {
      await drain.empty(settings.drainMs);
      await work();
    });
    const settled = mine.finally(() => {
      if (swap === settled) swap = null;
    });
    swap = settled;
    // Whoever waits for the change handles its failure; the chain itself must go on.
    settled.catch(() => undefined);
    return settled;
  };

  const reload = async (): Promise<void> => {
    const plan = currentPlan();
    const signature = planSignature(plan);
    dirty = false;
    if (miniflare !== null && signature === loaded?.signature) return;
    await mkdir(settings.dir, { recursive: true });
    if (miniflare === null) await settings.beforeStart();
    loaded = null;
    try {
      miniflare = await startMiniflare(miniflare, plan, settings.options);
    } catch (error) {
      await stopNow();
      throw error;
    }
    loaded = { plan, signature };
  };

  const idle = createIdleTimer(settings.idleMs, () => {
    if (drain.size > 0 || swap !== null) return idle.touch();
    void exclusively(stopNow).then(
      () => awake.clear(),
      () => undefined,
    );
  });

  return {
    use: async (need, work) => {
      for (let attempt = 0; ; attempt += 1) {
        awake.touch(need);
        if (swap !== null) await swap.catch(() => undefined);
        else if (ready(need)) break;
        else if (attempt > MAX_ATTEMPTS) throw new Error('The Workers runtime did not become ready.');
        else await exclusively(reload);
      }
      const running = miniflare;
      if (running === null) throw new Error('The Workers runtime stopped.');
      const done = drain.enter();
      lastUsed = performance.now();
      try {
        const { value, until } = await work(running);
        if (until === undefined) done();
        else void until.then(done, done);
        return value;
      } catch (error) {
        done();
        // The process is gone (it was killed, or ran out of memory): the next use starts another.
        if (isGone(error) && miniflare === running) void exclusively(stopNow).catch(() => undefined);
        throw error;
      } finally {
        idle.touch();
      }
    },
    changed: () => {
      dirty = true;
    },
    whileStopped: (work) =>
      exclusively(async () => {
        await stopNow();
        await work();
      }),
    get busy() {
      return drain.size;
    },
    get running() {
      return miniflare !== null;
    },
    get lastUsed() {
      return lastUsed;
    },
    stop: async () => {
      idle.cancel();
      await exclusively(stopNow);
    },
  };
}

/** Reloads one use may cause before it gives up: each means that the state changed again meanwhile. */
const MAX_ATTEMPTS = 20;

/** Whether a call failed because nothing listens any more. */
function isGone(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && (cause.code === 'ECONNREFUSED' || cause.code === 'UND_ERR_SOCKET')) return true;
  }
  return false;
}

function provides(plan: InstancePlan, need: Need): boolean {
  if (need.kind !== 'worker') return plan.data[need.kind].includes(need.id);
  const name = workerName(need.ref, need.versionId);
  return plan.workers.some((worker) => worker.name === name);
}
