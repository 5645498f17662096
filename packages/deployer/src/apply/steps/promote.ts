import { DeployError } from '../../errors.ts';
import type { StepModule } from '../../plan/step.ts';
import { checkUnchanged } from '../conflict.ts';
import { deployShares, takeTrafficBack } from './traffic.ts';

/** Gives all traffic to a version, unless somebody else deployed since the plan was made. */
export const promoteStep: StepModule<'promote'> = {
  describe: ({ versionId }) => `give all traffic to ${versionId === null ? 'the new version' : versionId}`,
  calls: () => 1,
  async apply(step, context, soFar) {
    const versionId = step.versionId ?? soFar.versionId;
    if (versionId === undefined) throw new DeployError('INTERNAL', 'There is no version to deploy.');
    if (context.conflicts === 'before') {
      await checkUnchanged(context.reader, context.worker.scriptName, context.basedOn, soFar.staged);
    }
    await deployShares(context, [{ versionId, percentage: 100 }], step);
    return { ...soFar, versionId, promoted: true };
  },
  revert: (_step, context) => takeTrafficBack(context),
};
