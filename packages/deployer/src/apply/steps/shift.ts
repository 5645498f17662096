import type { ReadClient } from '../../cloudflare/client/calls.ts';
import { listDeployments } from '../../cloudflare/deployments.ts';
import type { Deployment } from '../../cloudflare/shapes.ts';
import { DeployError } from '../../errors.ts';
import { largestShare } from '../../sections/live.ts';
import type { Progress, StepContext, StepModule } from '../../plan/step.ts';
import { checkUnchanged, conflict } from '../conflict.ts';
import { sameShares } from '../succession.ts';
import { deployShares, takeTrafficBack } from './traffic.ts';

/**
 * Gives the new version a part of the traffic and leaves the rest to the old one, and reads it again. Nothing is written
 * where the shares are so already.
 */
export const shiftStep: StepModule<'shift'> = {
  describe: ({ percent }) => `give the new version ${percent} % of the traffic`,
  calls: () => 1,
  async apply(step, context, soFar) {
    const versions = bothVersions(context, { ...soFar, versionId: step.versionId ?? soFar.versionId });
    const { reader, worker, basedOn } = context;
    await checkUnchanged(context, soFar.staged);
    context.gradual.begin(step, versions);
    const shares = [
      { versionId: versions.old, percentage: rest(step.percent) },
      { versionId: versions.new, percentage: step.percent },
    ];
    const before = soFar.staged ?? basedOn;
    const staged =
      before !== null && sameShares(before.versions, shares)
        ? before
        : // The old version stays what it is: nothing goes back over a changed secret.
          await deployShares(context, shares, { force: true });
    await checkStillThere(reader, worker.scriptName, [staged, before]);
    return { ...soFar, versionId: versions.new, staged, promoted: true };
  },
  revert: (_step, context, soFar) => takeTrafficBack(context, soFar),
};

/** The two versions that share the traffic. */
export function bothVersions(
  { goBackTo }: Pick<StepContext, 'goBackTo'>,
  { versionId }: { readonly versionId?: Progress['versionId'] | undefined },
): { readonly old: string; readonly new: string } {
  const old = goBackTo === null ? null : largestShare({ versions: goBackTo });
  if (old === null || versionId === undefined) {
    throw new DeployError('INTERNAL', 'There are not two versions to share the traffic.');
  }
  return { old, new: versionId };
}

/** The two shares total exactly 100 also where the arithmetic of the machine would not. */
function rest(percent: number): number {
  return Number((100 - percent).toFixed(6));
}

/** A list that is behind shows the deployment from before. */
async function checkStillThere(
  reader: ReadClient,
  scriptName: string,
  known: readonly (Deployment | null)[],
): Promise<void> {
  const active = (await listDeployments(reader, scriptName))?.[0] ?? null;
  if (active !== null && known.some((deployment) => deployment?.id === active.id)) return;
  throw conflict(scriptName, active);
}
