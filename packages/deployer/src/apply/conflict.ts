import type { ReadClient } from '../cloudflare/client/calls.ts';
import { listDeployments } from '../cloudflare/deployments.ts';
import type { Deployment } from '../cloudflare/shapes.ts';
import { ConflictError } from '../errors.ts';
import { readMarker } from '../sections/marker.ts';

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

/**
 * The deployment that ours replaced, when it is not the one it was to replace: somebody deployed between the look and us.
 * Null when nobody did.
 *
 * @param deployments newest first, ours at the head
 */
export function replacedByUs(
  deployments: readonly Deployment[],
  { basedOn, run }: { readonly basedOn: Deployment | null; readonly run: string },
): Deployment | null {
  const replaced = deployments.find(({ annotations }) => readMarker(annotations)?.run !== run);
  return basedOn === null || replaced === undefined || replaced.id === basedOn.id ? null : replaced;
}

/** Says who deployed meanwhile. */
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
