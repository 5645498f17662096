import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import lockfile from 'proper-lockfile';
import { ConflictError } from '../errors.ts';
import { fileNamePart } from './file-name-part.ts';

/** A lock is given up when its holder has not renewed it for so long, ms: the process was killed. */
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
  await mkdir(dirname(file), { recursive: true });
  const release = await lockfile
    // A compromised lock must not end the process in the middle of a deploy; the conflict check still holds.
    .lock(file, { realpath: false, stale: STALE_MS, onCompromised: () => undefined })
    .catch((error: unknown) => {
      throw locked(options, error);
    });
  try {
    return await work();
  } finally {
    await release().catch(() => undefined);
  }
}

/** Whether some process of this machine deploys that tenant and environment now. */
export async function isTenantLocked(options: LockedTenant): Promise<boolean> {
  return lockfile.check(lockFile(options), { realpath: false, stale: STALE_MS }).catch(() => false);
}

function lockFile({ rootDir, tenant, environment, worker = null }: LockedTenant): string {
  const suffix = worker === null ? '' : `@${fileNamePart(worker)}`;
  const name = `${fileNamePart(tenant)}@${fileNamePart(environment ?? 'default')}${suffix}`;
  return join(rootDir, '.cf-deploy', 'locks', name);
}

function locked(
  { tenant, environment }: { readonly tenant: string; readonly environment: string | null },
  cause: unknown,
): ConflictError {
  const where = environment === null ? tenant : `${tenant} in ${environment}`;
  return new ConflictError('LOCKED', `Another deploy of ${where} is running on this machine.`, {
    hint: 'Wait for it to end. A lock left by a killed process is given up after 15 seconds.',
    cause,
  });
}
