import { listDeployments } from '../cloudflare/deployments.ts';
import type { Deployment } from '../cloudflare/shapes.ts';
import { workerMissing } from '../sections/worker-missing.ts';
import type { TenantContext } from '../session/tenant-context.ts';

/**
 * The deployments of a Worker that has to exist, newest first.
 * @param most how many, where the newest few do not do
 * @throws DeployError WORKER_MISSING, or API_UNREACHABLE where the Worker exists or nobody can tell
 */
export async function readDeployments(
  context: Pick<TenantContext, 'worker' | 'api'>,
  most?: number,
): Promise<readonly Deployment[]> {
  const { worker, api } = context;
  const deployments = await listDeployments(api.reader, worker.scriptName, most);
  if (deployments !== null) return deployments;
  throw await workerMissing(
    context,
    `the deployments of Worker ${worker.scriptName}`,
    'Deploy it first, or check tenant and environment.',
  );
}
