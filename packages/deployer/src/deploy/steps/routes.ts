import { putScriptRoutes } from '../../cloudflare/routes.ts';
import type { StepModule } from '../step.ts';

/** Replaces the Worker's routes over all zones. */
export const routesStep: StepModule<'routes'> = {
  describe: ({ after }) =>
    after.length === 0 ? 'remove all routes' : `set routes ${after.map(({ pattern }) => pattern).join(', ')}`,
  calls: () => 1,
  destructive: ({ before, after }) =>
    before.some(({ pattern }) => !after.some((route) => route.pattern === pattern)),
  async apply(step, { writer, worker }, soFar) {
    await putScriptRoutes(writer, worker.scriptName, step.after);
    return soFar;
  },
  async revert(step, { writer, worker }) {
    await putScriptRoutes(writer, worker.scriptName, step.before);
    return null;
  },
};
