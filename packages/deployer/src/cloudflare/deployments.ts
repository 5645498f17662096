import { z } from 'zod';
import type { ReadClient, WriteClient } from './client/calls.ts';
import { path } from './client/path.ts';
import { NO_SUCH_WORKER } from './scripts.ts';
import type { JsonObject } from '../json.ts';
import { deploymentShape, type Deployment } from './shapes.ts';

const deploymentsShape = z.looseObject({ deployments: z.array(deploymentShape) });

/**
 * Newest first; the first one is live. Null when the Worker does not exist.
 * @param most how many are asked for; left out: as many as the API gives unasked
 */
export async function listDeployments(
  reader: ReadClient,
  scriptName: string,
  most?: number,
): Promise<readonly Deployment[] | null> {
  const found = await reader.find(
    {
      purpose: `list the deployments of Worker ${scriptName}`,
      path: path`/accounts/${reader.accountId}/workers/scripts/${scriptName}/deployments`,
      ...(most === undefined ? {} : { query: { page: 1, per_page: most } }),
      // The API answers `deployments`, not the `items` of the SDK's pager.
      shape: deploymentsShape,
    },
    NO_SUCH_WORKER,
  );
  return found?.deployments ?? null;
}

/** How many deployments the API lists unasked, and at most. */
const USUAL_PAGE = 10;
const LONGEST_PAGE = 100;

/** The deployments since one that was live, and that one, newest first; all where there was none. Mostly one call. */
export async function deploymentsSince(
  reader: ReadClient,
  scriptName: string,
  basedOn: Pick<Deployment, 'id'> | null,
): Promise<readonly Deployment[]> {
  const newest = (await listDeployments(reader, scriptName)) ?? [];
  const known = newest.findIndex(({ id }) => id === basedOn?.id);
  if (known >= 0) return newest.slice(0, known + 1);
  if (newest.length < USUAL_PAGE) return newest;
  const more = (await listDeployments(reader, scriptName, LONGEST_PAGE)) ?? [];
  const then = more.findIndex(({ id }) => id === basedOn?.id);
  return then < 0 ? more : more.slice(0, then + 1);
}

/** The live deployment; null when there is none, or no such Worker. */
export async function activeDeployment(reader: ReadClient, scriptName: string): Promise<Deployment | null> {
  return (await listDeployments(reader, scriptName))?.[0] ?? null;
}

/** Gives traffic to versions; the percentages add to 100. */
export function createDeployment(
  writer: WriteClient,
  options: {
    readonly scriptName: string;
    readonly versions: Deployment['versions'];
    readonly message: string;
    readonly codeUpdateStrategy: JsonObject;
    /** Goes back although a secret changed since. */
    readonly force: boolean;
  },
): Promise<Deployment> {
  return writer.write({
    purpose: `deploy ${options.versions.map(({ versionId }) => versionId).join(' and ')} of Worker ${options.scriptName}`,
    method: 'post',
    path: path`/accounts/${writer.accountId}/workers/scripts/${options.scriptName}/deployments`,
    ...(options.force ? { query: { force: true } } : {}),
    body: {
      strategy: 'percentage',
      versions: options.versions.map(({ versionId, percentage }) => ({ version_id: versionId, percentage })),
      annotations: { 'workers/message': options.message },
      code_update_strategy: options.codeUpdateStrategy,
    },
    repeat: 'never',
    // A version uploaded a moment ago can be unknown for a moment.
    settling: [100146],
    shape: deploymentShape,
    codes: {
      10220: 'ROLLBACK_IMPOSSIBLE',
      100146: 'ROLLBACK_IMPOSSIBLE',
      100140: 'ROLLBACK_IMPOSSIBLE',
      100147: 'ROLLBACK_IMPOSSIBLE',
    },
  });
}
