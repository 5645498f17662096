import { mkdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { PRIVATE_FILE, makePrivateDir } from './private-files.ts';

/** How often a taken lock is tried again, milliseconds. */
const RETRY_MS = 100;
/** A lock that was not refreshed for so long belongs to a process that is gone. */
const STALE_MS = 10_000;

/** The state directory is in use by another process. */
export class StateDirBusyError extends Error {
  override name = 'StateDirBusyError';
  readonly code = 'STATE_DIR_BUSY';
}

/** A held lock. */
export interface StateDirLock {
  /** Set when another process took the lock over because this one did not refresh it in time. */
  lost(): Error | null;
  release(): Promise<void>;
}

/**
 * Makes this process the only one that writes `dir`. The lock of a process that was killed is taken over at once.
 * @param waitMs How long to wait for another process.
 * @throws StateDirBusyError when the other process keeps it.
 */
export async function lockStateDir(dir: string, waitMs: number): Promise<StateDirLock> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const held = await tryLock(dir);
    if (held !== null) return held;
    if (await removeDeadLock(dir)) continue;
    if (Date.now() >= deadline) {
      const owner = await readOwner(dir);
      throw new StateDirBusyError(
        `${dir} is in use by ${owner === null ? 'another process' : `process ${owner}`}. ` +
          'Wait until it is done, or connect to it if it is a running emulator.',
      );
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function tryLock(dir: string): Promise<StateDirLock | null> {
  let lost: Error | null = null;
  try {
    const release = await lock(dir, {
      lockfilePath: lockPath(dir),
      stale: STALE_MS,
      update: 2000,
      retries: 0,
      onCompromised: (error) => {
        lost = error;
      },
    });
    await makePrivateDir(lockPath(dir));
    await writeFile(ownerPath(dir), String(process.pid), { mode: PRIVATE_FILE });
    return {
      lost: () => lost,
      release: async () => {
        if (lost !== null) return;
        await rm(ownerPath(dir), { force: true });
        await release();
      },
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return null;
    throw error;
  }
}

/** Removes the lock of a process that is gone. Only one process at a time may, or it could hit a fresh lock. */
async function removeDeadLock(dir: string): Promise<boolean> {
  const guard = join(dir, 'lock-takeover');
  try {
    await mkdir(guard);
  } catch {
    return false;
  }
  try {
    const owner = await readOwner(dir);
    if (owner === null || isAlive(owner)) return false;
    await rm(ownerPath(dir), { force: true });
    await rm(lockPath(dir), { recursive: true, force: true });
    return true;
  } finally {
    await rmdir(guard);
  }
}

function lockPath(dir: string): string {
  return join(dir, 'lock');
}

function ownerPath(dir: string): string {
  return join(dir, 'lock-owner');
}

async function readOwner(dir: string): Promise<number | null> {
  try {
    const pid = Number(await readFile(ownerPath(dir), 'utf8'));
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
