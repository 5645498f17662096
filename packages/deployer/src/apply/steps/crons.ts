import { putSchedules } from '../../cloudflare/schedules.ts';
import type { StepModule } from '../../plan/step.ts';

/** Replaces the cron triggers. */
export const cronsStep: StepModule<'crons'> = {
  describe: ({ after }) =>
    after.length === 0 ? 'remove all cron triggers' : `set crons ${after.join(', ')}`,
  calls: () => 1,
  async apply(step, { writer, worker }, soFar) {
    await putSchedules(writer, worker.scriptName, step.after);
    return soFar;
  },
  async revert(step, { writer, worker }) {
    await putSchedules(writer, worker.scriptName, step.before);
    return null;
  },
};
