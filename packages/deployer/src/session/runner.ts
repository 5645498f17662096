import { hostname } from 'node:os';
import { isProcessAlive } from '../records/lock-owner.ts';

/** Who goes through a release. */
export interface ReleaseRunner {
  readonly name: string;
  /** Whether the runner of that name may still be at work; a release is only taken over from one that is not. */
  readonly isAlive: (name: string) => boolean;
}

/**
 * This process of this machine: `<host>:<pid>:<start>`. The start tells two processes apart that get the same number,
 * as they do in containers. One of another machine counts as alive: nobody here can tell.
 */
export function processRunner(): ReleaseRunner {
  const name = `${hostname()}:${process.pid}:${Math.round(performance.timeOrigin)}`;
  return {
    name,
    isAlive(other) {
      const [, host, pid] = /^(.*):(\d+):\d+$/.exec(other) ?? [];
      if (host !== hostname()) return true;
      return Number(pid) === process.pid ? other === name : isProcessAlive(Number(pid));
    },
  };
}
