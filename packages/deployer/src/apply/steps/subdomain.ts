import { setWorkersDev } from '../../cloudflare/workers-dev.ts';
import type { StepModule } from '../../plan/step.ts';

/** Switches workers.dev, and version URLs where the files say so. */
export const subdomainStep: StepModule<'subdomain'> = {
  describe: ({ after }) =>
    `switch workers.dev ${after.enabled ? 'on' : 'off'}${after.previews_enabled === undefined ? '' : `, version URLs ${after.previews_enabled ? 'on' : 'off'}`}`,
  calls: () => 1,
  destructive: ({ before, after }) => before.enabled && !after.enabled,
  async apply(step, { writer, worker }, soFar) {
    await setWorkersDev(writer, worker.scriptName, step.after);
    return soFar;
  },
  async revert(step, { writer, worker }) {
    await setWorkersDev(writer, worker.scriptName, step.before);
    return null;
  },
};
