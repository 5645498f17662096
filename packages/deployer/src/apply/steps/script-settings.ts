import { patchScriptSettings } from '../../cloudflare/scripts.ts';
import type { StepModule } from '../../plan/step.ts';

/** Changes script-level settings, which are not versioned: only the fields that differ are sent. */
export const scriptSettingsStep: StepModule<'script-settings'> = {
  describe: ({ after }) => `set ${Object.keys(after).join(', ')}`,
  calls: () => 1,
  async apply(step, { writer, worker }, soFar) {
    await patchScriptSettings(writer, worker.scriptName, step.after);
    return soFar;
  },
  async revert(step, { writer, worker }) {
    await patchScriptSettings(writer, worker.scriptName, step.before);
    return null;
  },
};
