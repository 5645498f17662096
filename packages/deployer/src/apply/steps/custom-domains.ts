import { putDomains } from '../../cloudflare/domains.ts';
import type { StepModule } from '../../plan/step.ts';

/** Replaces the Worker's custom domains; takes nothing over unless asked to. */
export const customDomainsStep: StepModule<'custom-domains'> = {
  describe: ({ after }) =>
    after.length === 0
      ? 'detach all custom domains'
      : `attach ${after.map(({ hostname }) => hostname).join(', ')}`,
  calls: () => 1,
  destructive: ({ before, after }) =>
    before.some(({ hostname }) => !after.some((domain) => domain.hostname === hostname)),
  async apply(step, { writer, worker }, soFar) {
    await putDomains(writer, worker.scriptName, { domains: step.after, takeOver: step.takeOver });
    return soFar;
  },
  async revert(step, { writer, worker }) {
    await putDomains(writer, worker.scriptName, { domains: step.before, takeOver: false });
    return step.takeOver ? 'custom domains that were taken over from other Workers' : null;
  },
};
