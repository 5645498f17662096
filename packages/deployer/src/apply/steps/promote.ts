import { DeployError } from '../../errors.ts';
import type { StepModule } from '../../plan/step.ts';
import { checkUnchanged } from '../conflict.ts';
import { deployShares, giveWay, takeTrafficBack } from './traffic.ts';

/** Gives all traffic to a version, unless somebody else deployed since the plan was made. */
export const promoteStep: StepModule<'promote'> = {
  describe: ({ versionId }) => `give all traffic to ${versionId === null ? 'the new version' : versionId}`,
  calls: () => 1,
  async apply(step, context, soFar) {
    const versionId = step.versionId ?? soFar.versionId;
    if (versionId === undefined) throw new DeployError('INTERNAL', 'There is no version to deploy.');
    if (context.conflicts === 'before') {
      await checkUnchanged(context, soFar.staged);
    }
    await deployShares(context, [{ versionId, percentage: 100 }], step);
    const after = { ...soFar, versionId, promoted: true };
    if (context.setsTriggers) await giveWay(context, after);
    return after;
  },
  revert: (_step, context, soFar) => takeTrafficBack(context, soFar),
};
