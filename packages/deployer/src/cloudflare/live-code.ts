import { z } from 'zod';
import { DeployError } from '../errors.ts';
import type { RawAnswer, ReadClient } from './client/calls.ts';
import { path } from './client/path.ts';

/** A module as Cloudflare gives it back. */
export interface LiveModule {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const rawShape = z.custom<RawAnswer>(
  (value) => value !== null && typeof value === 'object' && 'bytes' in value,
);

/**
 * The code of a version: its modules, or for service-worker syntax the one script, without a name. Source maps, which
 * are uploaded beside the modules, are left out.
 * @throws ApiError; DeployError API_UNREACHABLE for an answer that is no code
 */
export async function readLiveCode(
  reader: ReadClient,
  scriptName: string,
  versionId: string,
): Promise<readonly LiveModule[]> {
  const purpose = `read the code of version ${versionId} of Worker ${scriptName}`;
  const { bytes, contentType } = await reader.read({
    purpose,
    path: path`/accounts/${reader.accountId}/workers/scripts/${scriptName}/content/v2`,
    query: { version: versionId },
    raw: true,
    shape: rawShape,
  });
  if (!contentType.startsWith('multipart/')) return [{ name: '', bytes }];
  const form = await new Response(bytes, { headers: { 'content-type': contentType } })
    .formData()
    .catch((cause: unknown) => {
      throw new DeployError('API_UNREACHABLE', `Could not ${purpose}: the answer is not readable.`, {
        cause,
      });
    });
  const modules: LiveModule[] = [];
  for (const [name, part] of form) {
    if (typeof part === 'string' || part.type === 'application/source-map') continue;
    modules.push({ name, bytes: new Uint8Array(await part.arrayBuffer()) });
  }
  return modules;
}
