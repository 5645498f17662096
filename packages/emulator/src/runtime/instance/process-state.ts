import type { Miniflare } from 'miniflare';
import type { InstancePlan } from '../plan/plan-instance.ts';
import { workerName } from '../plan/worker-name.ts';
import type { Need } from './awake.ts';

/**
 * What the process of an instance is doing. Uses are let in only while it is `awake`; every other state makes them wait.
 *
 * ```
 * stopped ─▶ starting ─▶ awake ─▶ draining ─▶ starting (a change) or stopped (idle, room for others, failure)
 *                                        └──▶ closed
 * ```
 */
export type ProcessState =
  /** There is no process. */
  | { readonly is: 'stopped' }
  /** A process is started, or given another plan. */
  | { readonly is: 'starting' }
  /** The process runs `plan` and answers. */
  | ({ readonly is: 'awake' } & RunningProcess)
  /** The process runs, but takes nothing new: the uses under way end before it changes. */
  | ({ readonly is: 'draining' } & RunningProcess)
  /** Stopped for good. */
  | { readonly is: 'closed' };

/** A process and what it was started with. */
export interface RunningProcess {
  readonly miniflare: Miniflare;
  readonly plan: InstancePlan;
}

/** A process that does not run. */
export const STOPPED: ProcessState = { is: 'stopped' };

/** The process of a state, or null when there is none that could be kept. */
export function processOf(state: ProcessState): RunningProcess | null {
  return state.is === 'awake' || state.is === 'draining' ? state : null;
}

/** The state while uses under way end. A state without a process has none. */
export function draining(state: ProcessState): ProcessState {
  return state.is === 'awake' ? { ...state, is: 'draining' } : state;
}

/** The state after a change that left the process as it was. */
export function resumed(state: ProcessState): ProcessState {
  return state.is === 'draining' ? { ...state, is: 'awake' } : state;
}

/** Whether a plan has what a use needs. */
export function provides(plan: InstancePlan, need: Need): boolean {
  if (need.kind !== 'worker') return plan.data[need.kind].includes(need.id);
  const name = workerName(need.ref, need.versionId);
  return plan.workers.some((worker) => worker.name === name);
}

/** Whether a call failed because nothing listens any more: the process was killed, or ran out of memory. */
export function isGone(error: Error): boolean {
  for (let cause: Error | null = error; cause !== null; cause = causeOf(cause)) {
    if ('code' in cause && (cause.code === 'ECONNREFUSED' || cause.code === 'UND_ERR_SOCKET')) return true;
  }
  return false;
}

function causeOf({ cause }: Error): Error | null {
  return cause instanceof Error ? cause : null;
}
