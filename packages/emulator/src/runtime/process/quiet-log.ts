import { Log, LogLevel } from './miniflare.ts';

/** The log of every miniflare of ours: nothing is written. Also tells them from another program's. */
export const QUIET_LOG = new Log(LogLevel.NONE);
