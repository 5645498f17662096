import { mkdir } from 'node:fs/promises';
import { withComing } from '../plan/coming-scripts.ts';
import { holds, NO_DATA } from '../plan/plan-instance.ts';
import type { AwakeScript, InstancePlan } from '../plan/plan-instance.ts';
import { createIdleTimer } from '../process/idle-timer.ts';
import type { IdleTimer } from '../process/idle-timer.ts';
import { createAwake, MAX_RECENT } from './awake.ts';
import { asError } from '../../as-error.ts';
import type { Awake, Need } from './awake.ts';
import { createDrain } from './drain.ts';
import type { Drain, Use } from './drain.ts';
import { areOfMany, createGather } from './gather.ts';
import type { Gather } from './gather.ts';
import type { Instance, InstanceOptions, Used, Work } from './instance-types.ts';
import { STOPPED, draining, isGone, processOf, provides, resumed } from './process-state.ts';
import type { ProcessState, RunningProcess } from './process-state.ts';
import { startMiniflare } from './start-miniflare.ts';
import { createTurns } from './turns.ts';
import type { Turns } from './turns.ts';
import { createWaiters } from './waiters.ts';
import type { Waiters } from './waiters.ts';

/** An instance as plain data; the functions of this file are what may happen to it. */
interface Cell {
  readonly settings: InstanceOptions;
  readonly awake: Awake;
  readonly drain: Drain;
  readonly waiters: Waiters;
  readonly gather: Gather;
  /** Starts, changes and stops, one after another. */
  readonly turns: Turns;
  readonly idle: IdleTimer;
  state: ProcessState;
  /** The documents changed since the plan of the process was compared with them. */
  stale: boolean;
  /** The uses that wait are about to be started for. */
  gathering: boolean;
  /** No use is let in any more. */
  closing: boolean;
  /** Milliseconds of a monotonic clock. */
  lastUsed: number;
}

const CLOSED = 'The Workers runtime is closed.';

/** Time a closing process waits for uses under way, milliseconds. */
const CLOSE_MS = 2_000;

/** An {@link Instance}, stopped. */
export function createInstance(settings: InstanceOptions): Instance {
  const cell: Cell = {
    settings,
    awake: createAwake(settings.maxScripts),
    drain: createDrain(),
    waiters: createWaiters(),
    gather: createGather(),
    turns: createTurns(() => reloadForWaiters(cell)),
    idle: createIdleTimer(settings.idleMs, () => sleep(cell)),
    state: STOPPED,
    stale: false,
    gathering: false,
    closing: false,
    lastUsed: performance.now(),
  };
  return {
    use: (need, work) => use(cell, need, work),
    changed: () => {
      cell.stale = true;
      cell.gather.news();
      setImmediate(() => startAhead(cell));
    },
    whileStopped: (work) =>
      change(cell, async () => {
        await stopped(cell);
        await work();
      }),
    get busy() {
      return cell.drain.busy + cell.waiters.size;
    },
    get running() {
      return processOf(cell.state) !== null || cell.state.is === 'starting';
    },
    get lastUsed() {
      return cell.lastUsed;
    },
    stop: async () => {
      cell.idle.cancel();
      await change(cell, () => stopped(cell));
    },
    close: () => close(cell),
  };
}

async function use<T>(cell: Cell, need: Need, work: Work<T>): Promise<T> {
  const { process, under } = await enter(cell, need);
  cell.lastUsed = performance.now();
  try {
    const { value, answered, ended } = await work(process.miniflare, under.cut);
    void settled(answered)
      .then(under.answered)
      .then(() => settled(ended))
      .then(under.done);
    return value;
  } catch (error) {
    under.done();
    if (error instanceof Error && isGone(error)) replace(cell, process);
    throw error;
  } finally {
    cell.idle.touch();
  }
}

/** The process that serves a use, at once or after a change, and the use that keeps it as it is. */
function enter(cell: Cell, need: Need): Promise<{ process: RunningProcess; under: Use }> {
  if (cell.closing) return Promise.reject(new Error(CLOSED));
  cell.awake.touch(need);
  cell.gather.news();
  const process = cell.turns.busy ? null : processFor(cell, need);
  if (process !== null) return Promise.resolve({ process, under: cell.drain.enter() });
  return new Promise((resolve, refuse) => {
    // Counted in the moment it is let in, so that the next change waits for it.
    const admit = (admitted: RunningProcess): void =>
      resolve({ process: admitted, under: cell.drain.enter() });
    cell.waiters.add({ need, attempts: 0, admit, refuse });
    if (!cell.turns.busy) reloadForWaiters(cell);
  });
}

/** The running process, when it has what is needed and nothing of it is out of date. */
function processFor(cell: Cell, need: Need): RunningProcess | null {
  const { state, settings } = cell;
  if (state.is !== 'awake' || !provides(state.plan, need)) return null;
  if (!cell.stale) return state;
  cell.stale = !holds(state.plan, currentPlan(cell));
  // What changed may be nothing to this one: it is as it would be in a process of its own.
  const isAsPlanned = (): boolean => holds(state.plan, settings.plan(scriptsOf(need), NO_DATA));
  return !cell.stale || isAsPlanned() ? state : null;
}

function scriptsOf(need: Need): AwakeScript[] {
  return need.kind === 'worker' ? [{ ...need.ref, previews: need.preview ? [need.versionId] : [] }] : [];
}

function currentPlan({ settings, awake }: Cell): InstancePlan {
  return settings.plan(awake.scripts(), awake.data());
}

/** With what is likely to be asked for next, so that many that come one after another need one start. */
function planAhead(cell: Cell): InstancePlan {
  const { settings, awake } = cell;
  return settings.plan(withComing(awake.scripts(), unused(cell), MAX_RECENT), awake.data());
}

/** Scripts with a version that is likely to be asked for, for the first time. */
function unused({ settings, awake }: Cell): readonly AwakeScript[] {
  return settings.coming().filter(({ versionId }) => !awake.wasUsed(versionId));
}

/** Runs `work` after the changes before it, when the uses under way have ended or were cut off. */
function change(cell: Cell, work: () => Promise<void>, drainMs = cell.settings.drainMs): Promise<void> {
  return cell.turns.run(async () => {
    cell.state = draining(cell.state);
    await cell.drain.empty(drainMs);
    await work();
    cell.state = resumed(cell.state);
  });
}

function reloadForWaiters(cell: Cell): void {
  if (cell.waiters.size === 0 || cell.gathering) return;
  cell.gathering = true;
  void cell.gather
    .complete(() => isOneOfMany(cell))
    .then(() => {
      cell.gathering = false;
      // A change that began meanwhile comes back here when it has ended.
      if (cell.turns.busy || cell.waiters.size === 0) return;
      return change(cell, () => reload(cell));
    })
    .catch((error) => cell.waiters.refuse(asError(error)));
}

/** Whether more uses are likely to come and ask for a start of their own. */
function isOneOfMany(cell: Cell): boolean {
  if (cell.turns.busy || cell.waiters.size === 0) return false;
  return unused(cell).length > 0 || areOfMany(cell.waiters.first(MAX_RECENT).map(({ need }) => need));
}

/** Brings the process to the newest state with what the first waiters need, and lets all in that it can serve. */
async function reload(cell: Cell): Promise<void> {
  const first = cell.waiters.first(MAX_RECENT);
  for (const { need } of first) cell.awake.expect(need);
  try {
    // A process that was started ahead may have all of it already.
    cell.state = resumed(cell.state);
    if (first.some(({ need }) => processFor(cell, need) === null)) await started(cell);
  } catch (error) {
    await stopped(cell);
    cell.waiters.refuse(asError(error), first);
    return;
  }
  cell.waiters.admit((need) => processFor(cell, need), first);
}

/** To `awake`, with the newest plan. */
async function started(cell: Cell): Promise<void> {
  const before = processOf(cell.state);
  cell.stale = false;
  if (before !== null && holds(before.plan, currentPlan(cell))) {
    cell.state = { ...before, is: 'awake' };
    return;
  }
  await mkdir(cell.settings.dir, { recursive: true, mode: 0o700 });
  if (before === null) await cell.settings.beforeStart();
  cell.state = { is: 'starting' };
  const plan = planAhead(cell);
  const began = performance.now();
  const miniflare = await startMiniflare(before?.miniflare ?? null, plan, cell.settings.options);
  cell.gather.took(performance.now() - began);
  cell.state = { is: 'awake', miniflare, plan };
}

/** To `stopped`, from wherever it is. A start that failed has ended its process itself. */
async function stopped(cell: Cell): Promise<void> {
  const process = processOf(cell.state);
  cell.state = STOPPED;
  await process?.miniflare.dispose();
}

/**
 * Begins with what the next use will wait for, a new version that was uploaded, while its deployment is still to come.
 * Only where nobody else is served: the process of many would start for each of them, and make the others wait.
 */
function startAhead(cell: Cell): void {
  const { state, turns, drain, awake, closing } = cell;
  if (state.is !== 'awake' || !cell.stale || turns.busy || closing) return;
  if (drain.size > 0 || awake.scripts().length !== 1 || holds(state.plan, currentPlan(cell))) return;
  void change(cell, () => started(cell)).catch(() => change(cell, () => stopped(cell)));
}

/** The process is gone, and whatever was under way in it: the next use starts another, and need not wait for that to end. */
function replace(cell: Cell, process: RunningProcess): void {
  if (processOf(cell.state)?.miniflare !== process.miniflare) return;
  void change(cell, () => stopped(cell), 0).catch(() => undefined);
}

/** Nothing has happened for a while. */
function sleep(cell: Cell): void {
  if (cell.drain.size > 0 || cell.turns.busy) return cell.idle.touch();
  void change(cell, () => stopped(cell)).then(
    () => cell.awake.clear(),
    () => undefined,
  );
}

/** To `closed`, soon. */
async function close(cell: Cell): Promise<void> {
  cell.closing = true;
  cell.idle.cancel();
  cell.waiters.refuse(new Error(CLOSED));
  await change(cell, () => stopped(cell), Math.min(cell.settings.drainMs, CLOSE_MS));
  cell.state = { is: 'closed' };
}

async function settled(promise: Used['answered'] | Used['ended']): Promise<void> {
  await promise?.catch(() => undefined);
}
