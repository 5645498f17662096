import { DeployError } from '../../errors.ts';
import type { StepModule } from '../../plan/step.ts';
import { checkUnchanged } from '../conflict.ts';
import { deployShares, ourActive, takeTrafficBack } from './traffic.ts';

/**
 * Puts the new version beside the live one with 0 % of the traffic, so that a request that names it reaches it and no other
 * does. Source: Gradual deployments, version overrides.
 */
export const stageStep: StepModule<'stage'> = {
  describe: () => 'put the new version beside the live one, with 0 % of the traffic',
  calls: () => 1,
  async apply(_step, context, soFar) {
    const { basedOn, conflicts } = context;
    const [live] = basedOn?.versions ?? [];
    const { versionId } = soFar;
    if (versionId === undefined || live === undefined) {
      throw new DeployError('INTERNAL', 'There is no version to put beside the live one.');
    }
    if (conflicts === 'before') await checkUnchanged(context);
    const shares = [
      { versionId: live.versionId, percentage: 100 },
      { versionId, percentage: 0 },
    ];
    // What is live stays as it is, and the other gets no traffic: nothing goes back over a changed secret.
    return { ...soFar, staged: await deployShares(context, shares, { force: true }) };
  },
  async revert(_step, context, soFar) {
    // Promotion, undone before, went back already.
    if (context.basedOn === null || (await ourActive(context)) === null) return null;
    return takeTrafficBack(context, soFar);
  },
};
