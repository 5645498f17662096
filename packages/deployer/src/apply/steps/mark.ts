import { createDeployment, listDeployments } from '../../cloudflare/deployments.ts';
import { DeployError } from '../../errors.ts';
import { readMarker } from '../../sections/marker.ts';
import type { StepContext, StepModule } from '../../plan/step.ts';

/**
 * Deploys the live version once more with a marker that says what was set of that which no answer gives back. Only a
 * deployment can carry it: a version's annotations are for good, and a rollback must not bring old ones back.
 */
export const markStep: StepModule<'mark'> = {
  describe: () => 'note in the deployment what cannot be read back',
  calls: () => 1,
  async apply(step, context, soFar) {
    await mark(context, step.triggers);
    return soFar;
  },
  async revert(_step, context) {
    if (context.triggersBefore !== null) await mark(context, context.triggersBefore);
    return null;
  },
};

async function mark(context: StepContext, triggers: string): Promise<void> {
  const { reader, writer, worker, run, basedOn } = context;
  const [active] = (await listDeployments(reader, worker.scriptName)) ?? [];
  if (active === undefined) throw new DeployError('INTERNAL', 'There is no deployment to note anything in.');
  const marker = readMarker(active.annotations);
  // Somebody else's deployment is not repeated in our name; the next deploy sets and notes again.
  if (marker?.triggers === triggers || (active.id !== basedOn?.id && marker?.run !== run)) return;
  await createDeployment(writer, {
    scriptName: worker.scriptName,
    versions: active.versions,
    message: context.deploymentMessage(triggers),
    codeUpdateStrategy: worker.codeUpdateStrategy,
    force: true,
  });
}
