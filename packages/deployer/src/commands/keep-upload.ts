import { type Artifact, artifactOf } from '../artifacts/artifact.ts';
import type { Release } from '../plan/plan.ts';
import type { TenantContext } from '../session/tenant-context.ts';

/**
 * Keeps what is about to be uploaded, so that a rollback can upload it again.
 * @returns its digest; null when it could not be kept, which is said and stops nothing
 */
export async function keepUpload(
  { world, scope, worker }: TenantContext,
  release: Release,
): Promise<string | null> {
  try {
    return await (await scope.artifacts()).put(artifactOf(release.worker, release));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `the upload is not kept, so a rollback cannot upload it again: ${why}`;
    world.emit({ type: 'notice', tenant: worker.tenant, message });
    return null;
  }
}

/** What was kept under that digest; null when it is not there or could not be read, and the latter is said. */
export async function keptUpload(
  { world, scope, worker }: TenantContext,
  digest: string,
): Promise<Artifact | null> {
  try {
    return await (await scope.artifacts()).get(worker, digest);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    world.emit({ type: 'notice', tenant: worker.tenant, message: `a kept upload cannot be read: ${why}` });
    return null;
  }
}
