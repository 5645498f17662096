import { artifactOf } from '../artifacts/artifact.ts';
import type { Release } from '../plan/plan.ts';
import type { TenantContext } from '../session/tenant-context.ts';

/**
 * Keeps what is about to be uploaded, so that a rollback can upload it again.
 * @returns its digest; null when it could not be kept, which is said and stops nothing
 */
export async function keepUpload({ world, worker }: TenantContext, release: Release): Promise<string | null> {
  try {
    return await world.artifacts.put(artifactOf(release.worker, release));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `the upload is not kept, so a rollback cannot upload it again: ${why}`;
    world.emit({ type: 'notice', tenant: worker.tenant, message });
    return null;
  }
}
