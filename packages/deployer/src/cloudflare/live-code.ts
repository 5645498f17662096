import { DeployError } from '../errors.ts';
import type { ReadClient } from './client/calls.ts';
import { rawShape } from './shapes.ts';
import { scriptPath, type ScriptRef } from './scripts.ts';

/** A module as Cloudflare gives it back. */
export interface LiveModule {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * The code of a version, or of the script where there are none: its modules, or for service-worker syntax the one script, without a name. Source maps, which
 * are uploaded beside the modules, are left out.
 * @throws ApiError; DeployError API_UNREACHABLE for an answer that is no code
 */
export async function readLiveCode(
  reader: ReadClient,
  script: ScriptRef,
  versionId: string | null,
): Promise<readonly LiveModule[]> {
  const of = versionId === null ? '' : `version ${versionId} of `;
  const purpose = `read the code of ${of}Worker ${script.scriptName}`;
  const { bytes, contentType } = await reader.read({
    purpose,
    // A script in a dispatch namespace has no versions, and its content no second form.
    path: `${scriptPath(reader.accountId, script)}/content${script.dispatchNamespace === null ? '/v2' : ''}`,
    ...(versionId === null ? {} : { query: { version: versionId } }),
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
