import { localPaths } from './paths.ts';
import { lookForRunning } from './running.ts';

/** Whether an embedded Cloudflare runs for the project; nulls when none does. */
export interface LocalStatus {
  readonly running: boolean;
  readonly url: string | null;
  readonly pid: number | null;
  readonly startedAt: string | null;
  /** Whether only what the seed file names exists in it. */
  readonly strict: boolean | null;
  /** Why a file that says one runs is not believed. */
  readonly ignored: string | null;
}

/** Looks for one, and asks it. */
export async function localStatus(root: string): Promise<LocalStatus> {
  const found = await lookForRunning(localPaths(root));
  const running = found.is === 'running' ? found.running : null;
  return {
    running: running !== null,
    url: running?.url ?? null,
    pid: running?.pid ?? null,
    startedAt: running?.startedAt ?? null,
    strict: running?.strict ?? null,
    ignored: found.is === 'ignored' ? found.why : null,
  };
}
