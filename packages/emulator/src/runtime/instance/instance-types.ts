import type { Miniflare, MiniflareOptions } from 'miniflare';
import type { ComingScript } from '../plan/coming-scripts.ts';
import type { AwakeScript, DataNeeds, InstancePlan } from '../plan/plan-instance.ts';
import type { Need } from './awake.ts';
import type { BodyEnd } from './watch-body.ts';

/** One workerd process that is started, changed and stopped as it is used. */
export interface Instance {
  /**
   * Runs `work` on a process that has what `need` names, from the newest state. The process is not changed or stopped
   * until what `work` gave has settled, unless that takes too long: then `cut` is aborted.
   */
  use<T>(need: Need, work: Work<T>): Promise<T>;
  /** The state changed: look again before the next use. */
  changed(): void;
  /** Runs `work` while no process runs. */
  whileStopped(work: () => Promise<void>): Promise<void>;
  /** Uses that wait, or whose answer is not complete. */
  readonly busy: number;
  readonly running: boolean;
  /** Time of the last use, milliseconds of a monotonic clock. */
  readonly lastUsed: number;
  /** Stops the process after the uses under way. The next use starts another. */
  stop(): Promise<void>;
  /** Stops the process for good, soon: uses that wait are refused. */
  close(): Promise<void>;
}

/** What a use does with the process. `cut` is aborted when a change did not wait for it any longer. */
export type Work<T> = (miniflare: Miniflare, cut: AbortSignal) => Promise<Used & { value: T }>;

/** When a use is over. What is left out is over with the work itself. */
export interface Used {
  /** Settles when the answer is complete (a streamed body ended). */
  answered?: Promise<BodyEnd>;
  /** Settles when work after the answer (`waitUntil`) has ended. */
  ended?: Promise<void>;
}

export interface InstanceOptions {
  /** Folder of the data. */
  dir: string;
  plan(awake: readonly AwakeScript[], data: DataNeeds): InstancePlan;
  /** Scripts likely to be asked for next, the likeliest first: a start has them too, as far as there is room. */
  coming(): readonly ComingScript[];
  options(plan: InstancePlan, onOutput: (text: string) => void): Promise<MiniflareOptions>;
  /** Called before a process starts, to make room. */
  beforeStart(): Promise<void>;
  /** Milliseconds without use after which the process stops. */
  idleMs: number;
  /** Milliseconds a change waits for uses under way before it cuts them off. */
  drainMs: number;
  maxScripts: number;
}
