import { getSettings } from '../cloudflare/scripts.ts';
import { DeployError } from '../errors.ts';
import { noAnswer } from './parts/workers-dev.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { ReadClient } from '../cloudflare/client/calls.ts';

/**
 * What it means that one endpoint says "no such Worker": that there is none only when the Worker's settings say so too.
 * One call, only in this case.
 * @param what that endpoint was asked for: `the deployments of Worker acme`
 * @returns WORKER_MISSING, or API_UNREACHABLE where the Worker exists or nobody can tell
 */
export async function workerMissing(
  { worker, api }: { readonly worker: ResolvedWorker; readonly api: { readonly reader: ReadClient } },
  what: string,
  hint: string,
): Promise<DeployError> {
  const settings = await getSettings(api.reader, worker).catch((error: unknown) => {
    if (error instanceof DeployError) return error;
    throw error;
  });
  if (settings instanceof DeployError) return settings;
  if (settings !== null) return noAnswer(what);
  return new DeployError(
    'WORKER_MISSING',
    `Worker ${worker.scriptName} does not exist in account ${worker.accountId}.`,
    { hint },
  );
}
