import { DeployError, HealthError } from '../../errors.ts';
import type { StepModule } from '../../plan/step.ts';

/**
 * Asks the new version before it gets traffic. Only a bad answer stops the deploy; where it does not answer yet, the check after promotion decides.
 */
export const checkVersionStep: StepModule<'check-version'> = {
  describe: ({ staged }) =>
    staged ? 'ask the new version before it has traffic' : 'ask the new version at its own URL',
  calls: () => 0,
  async apply({ staged }, { checkVersion, worker }, soFar) {
    if (soFar.versionId === undefined) throw new DeployError('INTERNAL', 'There is no version to ask.');
    const { verdict, message, url } = await checkVersion(soFar.versionId, staged);
    if (verdict !== 'unhealthy') return soFar;
    throw new HealthError(
      'HEALTH_FAILED',
      `The new version of ${worker.scriptName} is not well: ${message}. This run gave it no traffic.`,
      { hint: `Ask ${url ?? 'its URL'} yourself, and look at the Worker's logs.`, details: { verdict } },
    );
  },
  revert: async () => null,
};
