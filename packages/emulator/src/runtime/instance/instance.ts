import { mkdir } from 'node:fs/promises';
import type { Miniflare } from 'miniflare';
import type { InstancePlan } from '../plan/plan-instance.ts';
import { planSignature } from '../plan/plan-instance.ts';
import { workerName } from '../plan/worker-name.ts';
import { createIdleTimer } from '../process/idle-timer.ts';
import { createAwake } from './awake.ts';
import type { Need } from './awake.ts';
import type { Instance, InstanceOptions } from './instance-types.ts';
import { createDrain } from './drain.ts';
import type { Use } from './drain.ts';
import { startMiniflare } from './start-miniflare.ts';

/** A use that waits for a process that can serve it. */
interface Waiter {
  need: Need;
  attempts: number;
  admit(process: Miniflare): void;
  refuse(reason: unknown): void;
}

/** An {@link Instance}, stopped. */
export function createInstance(settings: InstanceOptions): Instance {
  const awake = createAwake(settings.maxScripts);
  const drain = createDrain();
  let waiters: Waiter[] = [];
  let miniflare: Miniflare | null = null;
  let loaded: { plan: InstancePlan; signature: string } | null = null;
  let dirty = false;
  let closed = false;
  /** The changes under way, one after another; null when there is none. */
  let changes: Promise<void> | null = null;
  let lastUsed = performance.now();

  const currentPlan = (): InstancePlan => settings.plan(awake.scripts(), awake.data());

  /** The running process, when it has what is needed and nothing of it is out of date. */
  const processFor = (need: Need): Miniflare | null => {
    if (miniflare === null || loaded === null) return null;
    if (dirty && planSignature(currentPlan()) !== loaded.signature) return null;
    dirty = false;
    return provides(loaded.plan, need) ? miniflare : null;
  };

  const stopNow = async (): Promise<void> => {
    const running = miniflare;
    miniflare = null;
    loaded = null;
    await running?.dispose();
  };

  const exclusively = (work: () => Promise<void>, drainMs = settings.drainMs): Promise<void> => {
    const mine = (changes ?? Promise.resolve()).then(async () => {
      await drain.empty(drainMs);
      await work();
    });
    const finished = mine
      .catch(() => undefined)
      .then(() => {
        if (changes !== finished) return;
        changes = null;
        if (waiters.length > 0) void exclusively(reload);
      });
    changes = finished;
    return mine;
  };

  /** Brings the process to the newest state with what the first waiters need, and lets all in that it can serve. */
  const reload = async (): Promise<void> => {
    const first = waiters.slice(0, settings.maxScripts);
    for (const { need } of first) awake.touch(need);
    try {
      await start();
    } catch (error) {
      await stopNow();
      waiters = waiters.filter((waiter) => !first.includes(waiter));
      for (const waiter of first) waiter.refuse(error);
      return;
    }
    const waiting = waiters;
    waiters = [];
    for (const waiter of waiting) {
      const process = processFor(waiter.need);
      if (process !== null) waiter.admit(process);
      else waitOn(waiter, first.includes(waiter));
    }
  };

  const start = async (): Promise<void> => {
    const plan = currentPlan();
    const signature = planSignature(plan);
    dirty = false;
    if (miniflare !== null && signature === loaded?.signature) return;
    await mkdir(settings.dir, { recursive: true });
    if (miniflare === null) await settings.beforeStart();
    loaded = null;
    miniflare = await startMiniflare(miniflare, plan, settings.options);
    loaded = { plan, signature };
  };

  /** @param tried True when the process was just started for it: the version it wants has left the deployment. */
  const waitOn = (waiter: Waiter, tried: boolean): void => {
    if (waiter.attempts >= MAX_ATTEMPTS)
      return waiter.refuse(new Error('The Workers runtime did not become ready.'));
    const need = tried && waiter.need.kind === 'worker' ? { ...waiter.need, preview: true } : waiter.need;
    waiters.push({ ...waiter, need, attempts: waiter.attempts + (tried ? 1 : 0) });
  };

  /** The process, and the use that keeps it as it is. */
  const enter = (need: Need): Promise<{ process: Miniflare; use: Use }> => {
    if (closed) return Promise.reject(new Error(CLOSED));
    awake.touch(need);
    const process = changes === null ? processFor(need) : null;
    if (process !== null) return Promise.resolve({ process, use: drain.enter() });
    return new Promise((resolve, refuse) => {
      // Counted in the moment it is let in, so that the next change waits for it.
      const admit = (admitted: Miniflare): void => resolve({ process: admitted, use: drain.enter() });
      waiters.push({ need, attempts: 0, admit, refuse });
      if (changes === null) void exclusively(reload);
    });
  };

  const idle = createIdleTimer(settings.idleMs, () => {
    if (drain.size > 0 || changes !== null) return idle.touch();
    void exclusively(stopNow).then(
      () => awake.clear(),
      () => undefined,
    );
  });

  return {
    use: async (need, work) => {
      const { process, use } = await enter(need);
      lastUsed = performance.now();
      try {
        const { value, answered, ended } = await work(process, use.cut);
        void settled(answered)
          .then(use.answered)
          .then(() => settled(ended))
          .then(use.done);
        return value;
      } catch (error) {
        use.done();
        // The process is gone (it was killed, or ran out of memory): the next use starts another.
        if (isGone(error) && miniflare === process) void exclusively(stopNow).catch(() => undefined);
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
      return drain.busy + waiters.length;
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
    close: async () => {
      closed = true;
      idle.cancel();
      for (const { refuse } of waiters) refuse(new Error(CLOSED));
      waiters = [];
      await exclusively(stopNow, Math.min(settings.drainMs, CLOSE_MS));
    },
  };
}

const CLOSED = 'The Workers runtime is closed.';

/** Time a closing process waits for uses under way, milliseconds. */
const CLOSE_MS = 2_000;

/** Starts one use may ask for before it gives up: each means that the state changed again meanwhile. */
const MAX_ATTEMPTS = 5;

function settled(promise: Promise<unknown> | undefined): Promise<unknown> {
  return promise?.catch(() => undefined) ?? Promise.resolve();
}

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
