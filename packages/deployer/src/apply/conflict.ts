import type { ReadClient } from '../cloudflare/client/calls.ts';
import { listDeployments } from '../cloudflare/deployments.ts';
import type { Deployment } from '../cloudflare/shapes.ts';
import { ConflictError } from '../errors.ts';

/**
 * Refuses to go on when somebody deployed since the plan was made: the active deployment must be the one seen then, or
 * the one this run made since. A list that is behind shows the former.
 * @throws ConflictError CONFLICT naming the other author and time
 */
export async function checkUnchanged(
  reader: ReadClient,
  scriptName: string,
  basedOn: Deployment | null,
  own: Deployment | null = null,
): Promise<void> {
  const active = (await listDeployments(reader, scriptName))?.[0] ?? null;
  if ((active?.id ?? null) === (basedOn?.id ?? null)) return;
  if (active !== null && active.id === own?.id) return;
  throw conflict(scriptName, active);
}

/** The error for a Worker that somebody else deployed, who and when. */
export function conflict(scriptName: string, active: Deployment | null): ConflictError {
  const who =
    active === null
      ? 'It has no active deployment any more.'
      : `${active.author ?? 'Somebody'} deployed ${active.versions.map(({ versionId }) => versionId).join(' and ')} at ${active.createdOn}${active.source === null ? '' : ` from ${active.source}`}.`;
  return new ConflictError(
    'CONFLICT',
    `Worker ${scriptName} was changed while this deploy was running. ${who}`,
    {
      hint: 'Look at the other deployment, then run the command again: it plans against what is live now.',
      details: {
        activeDeployment: active?.id ?? null,
        author: active?.author ?? null,
        at: active?.createdOn ?? null,
      },
    },
  );
}
