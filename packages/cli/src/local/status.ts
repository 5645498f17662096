import { localPaths } from './paths.ts';
import { findRunning } from './running.ts';

/** Whether an embedded Cloudflare runs for the project; nulls when none does. */
export interface LocalStatus {
  readonly running: boolean;
  readonly url: string | null;
  readonly pid: number | null;
  readonly startedAt: string | null;
}

/** Looks for one, and asks it. */
export async function localStatus(root: string): Promise<LocalStatus> {
  const found = await findRunning(localPaths(root));
  return {
    running: found !== null,
    url: found?.url ?? null,
    pid: found?.pid ?? null,
    startedAt: found?.startedAt ?? null,
  };
}
