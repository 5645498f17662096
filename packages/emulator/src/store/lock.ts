import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';

/** How often a taken lock is tried again, milliseconds. */
const RETRY_MS = 100;
/** A lock that was not refreshed for so long belongs to a process that is gone. */
const STALE_MS = 10_000;

/** The state directory is in use by another process. */
export class StateDirBusyError extends Error {
  override name = 'StateDirBusyError';
  readonly code = 'STATE_DIR_BUSY';
}

/**
 * Makes this process the only one that writes `dir`. The lock of a process that was killed is taken over at once.
 * @param waitMs How long to wait for another process.
 * @returns The function that gives the lock back.
 * @throws StateDirBusyError when the other process keeps it.
 */
export async function lockStateDir(dir: string, waitMs: number): Promise<() => Promise<void>> {
  const ownerPath = join(dir, 'lock-owner');
  const lockPath = join(dir, 'lock');
  const deadline = Date.now() + waitMs;
  for (;;) {
    try {
      const release = await lock(dir, { lockfilePath: lockPath, stale: STALE_MS, update: 2000, retries: 0 });
      await writeFile(ownerPath, String(process.pid));
      return async () => {
        await rm(ownerPath, { force: true });
        await release();
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    }
    const owner = await readOwner(ownerPath);
    if (owner !== null && !isAlive(owner)) await rm(lockPath, { recursive: true, force: true });
    else if (Date.now() >= deadline) {
      const who = owner === null ? 'another process' : `process ${owner}`;
      throw new StateDirBusyError(
        `${dir} is in use by ${who}. Wait until it is done, or connect to it if it is a running emulator.`,
      );
    } else await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function readOwner(path: string): Promise<number | null> {
  try {
    const pid = Number(await readFile(path, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
