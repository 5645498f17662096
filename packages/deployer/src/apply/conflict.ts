import { deploymentsSince } from '../cloudflare/deployments.ts';
import type { Deployment } from '../cloudflare/shapes.ts';
import { ConflictError } from '../errors.ts';
import type { StepContext } from '../plan/step.ts';
import { isOf, rightful, type Claim } from './succession.ts';

/**
 * Refuses to go on when somebody deployed since the plan was made: the active deployment must be the one seen then, or
 * the one this run made since, over nobody else's. A list that is behind shows the former.
 * @throws ConflictError CONFLICT naming the other author and time
 */
export async function checkUnchanged(
  { reader, worker, basedOn, run }: Pick<StepContext, 'reader' | 'worker' | 'basedOn' | 'run'>,
  own: Deployment | null = null,
): Promise<void> {
  const deployments = await deploymentsSince(reader, worker.scriptName, basedOn);
  const active = deployments[0] ?? null;
  if ((active?.id ?? null) === (basedOn?.id ?? null)) return;
  const standing = active !== null && active.id === own?.id ? rightful(deployments, basedOn) : active;
  if (standing !== null && (standing.id === own?.id || isOf(standing, { run }))) return;
  throw conflict(worker.scriptName, standing);
}

/**
 * The deployment that stands, when it is neither ours nor the one that ours was to replace: somebody deployed between the
 * look and us. Null when nobody did.
 *
 * @param deployments newest first
 */
export function replacedByUs(
  deployments: readonly Deployment[],
  { basedOn, run, versionId }: Claim & { readonly basedOn: Deployment | null },
): Deployment | null {
  const standing = rightful(deployments, basedOn);
  return standing === null || standing.id === basedOn?.id || isOf(standing, { run, versionId })
    ? null
    : standing;
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
