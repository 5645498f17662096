import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import lockfile from 'proper-lockfile';
import { ConflictError } from '../errors.ts';
import { fileNamePart } from './file-name-part.ts';
import { diskWithOwners } from './lock-disk.ts';
import { claimFromDead, isOwnerDead } from './lock-owner.ts';

/**
 * A lock is given up when its holder has not renewed it for so long, ms: its machine was switched off. One of a process
 * of this machine that is gone is taken at once.
 */
const STALE_MS = 15_000;

/** What a lock is for. */
export interface LockedTenant {
  readonly rootDir: string;
  readonly tenant: string;
  readonly environment: string | null;
  /** Which of the tenant's shared Workers; null: its own. @default null */
  readonly worker?: string | null;
}

/**
 * Runs something while no other process of this machine deploys the same tenant and environment.
 * @throws ConflictError LOCKED when one does
 */
export async function withTenantLock<T>(options: LockedTenant, work: () => Promise<T>): Promise<T> {
  const file = lockFile(options);
  mkdirSync(dirname(file), { recursive: true });
  const owner = `${file}.owner`;
  const release = await acquire(file, owner).catch((error: Error) => {
    throw locked(options, error);
  });
  try {
    return await work();
  } finally {
    await release().catch(() => undefined);
  }
}

async function acquire(file: string, owner: string): Promise<() => Promise<void>> {
  // A compromised lock must not end the process in the middle of a deploy; the conflict check still holds.
  const lock = (): Promise<() => Promise<void>> =>
    lockfile.lock(file, {
      realpath: false,
      stale: STALE_MS,
      onCompromised: () => undefined,
      fs: diskWithOwners(owner),
    });
  try {
    return await lock();
  } catch (error) {
    if (!(await claimFromDead(owner))) throw error;
    rmSync(`${file}.lock`, { recursive: true, force: true });
    return lock();
  }
}

/** Whether some process of this machine deploys that tenant and environment now. */
export async function isTenantLocked(options: LockedTenant): Promise<boolean> {
  const file = lockFile(options);
  const held = await lockfile.check(file, { realpath: false, stale: STALE_MS }).catch(() => false);
  return held && !(await isOwnerDead(`${file}.owner`));
}

function lockFile({ rootDir, tenant, environment, worker = null }: LockedTenant): string {
  const suffix = worker === null ? '' : `@${fileNamePart(worker)}`;
  const name = `${fileNamePart(tenant)}@${fileNamePart(environment ?? 'default')}${suffix}`;
  return join(rootDir, '.cf-deploy', 'locks', name);
}

function locked(
  { tenant, environment }: { readonly tenant: string; readonly environment: string | null },
  cause: Error,
): ConflictError {
  const where = environment === null ? tenant : `${tenant} in ${environment}`;
  return new ConflictError('LOCKED', `Another deploy of ${where} is running on this machine.`, {
    hint: 'Wait for it to end. A lock left by a killed process is taken at once on this machine, else after 15 seconds.',
    cause,
  });
}
