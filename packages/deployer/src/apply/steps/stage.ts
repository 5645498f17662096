import { mayHaveHappened } from '../../cloudflare/client/api-error.ts';
import { createDeployment, listDeployments } from '../../cloudflare/deployments.ts';
import type { Deployment } from '../../cloudflare/shapes.ts';
import { DeployError } from '../../errors.ts';
import type { StepContext, StepModule } from '../../plan/step.ts';
import { readMarker } from '../../sections/marker.ts';
import { checkUnchanged } from '../conflict.ts';
import { LIST_LAG_MS } from '../lag.ts';

/**
 * Puts the new version beside the live one with 0 % of the traffic, so that a request that names it reaches it and no other
 * does. Source: Gradual deployments, version overrides.
 */
export const stageStep: StepModule<'stage'> = {
  describe: () => 'put the new version beside the live one, with 0 % of the traffic',
  calls: () => 1,
  async apply(_step, context, soFar) {
    const { basedOn, conflicts, reader, worker } = context;
    const [live] = basedOn?.versions ?? [];
    const { versionId } = soFar;
    if (versionId === undefined || live === undefined) {
      throw new DeployError('INTERNAL', 'There is no version to put beside the live one.');
    }
    if (conflicts === 'before') await checkUnchanged(reader, worker.scriptName, basedOn);
    const stage = (): Promise<Deployment> =>
      deploy(context, [
        { versionId: live.versionId, percentage: 100 },
        { versionId, percentage: 0 },
      ]);
    const staged = await stage().catch(async (error: unknown) => {
      if (!mayHaveHappened(error)) throw error;
      await context.sleep(LIST_LAG_MS, context.signal);
      return (await ourActive(context)) ?? stage();
    });
    return { ...soFar, staged };
  },
  async revert(_step, context) {
    const { basedOn } = context;
    const active = await ourActive(context);
    // Promotion, undone before, went back already.
    if (active === null || basedOn === null || active.versions.length < 2) return null;
    await deploy(context, basedOn.versions);
    return null;
  },
};

function deploy(
  { writer, worker, deploymentMessage, triggersBefore }: StepContext,
  versions: Deployment['versions'],
): Promise<Deployment> {
  return createDeployment(writer, {
    scriptName: worker.scriptName,
    versions,
    message: deploymentMessage(triggersBefore),
    codeUpdateStrategy: worker.codeUpdateStrategy,
    // What is live stays as it is, and the other gets no traffic: nothing goes back over a changed secret.
    force: true,
  });
}

/** The active deployment, when this run made it. */
async function ourActive({ reader, worker, run }: StepContext): Promise<Deployment | null> {
  const active = (await listDeployments(reader, worker.scriptName))?.[0];
  return active !== undefined && readMarker(active.annotations)?.run === run ? active : null;
}
