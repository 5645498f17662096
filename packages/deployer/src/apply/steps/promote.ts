import { mayHaveHappened } from '../../cloudflare/client/api-error.ts';
import { createDeployment, listDeployments } from '../../cloudflare/deployments.ts';
import type { Deployment } from '../../cloudflare/shapes.ts';
import { DeployError } from '../../errors.ts';
import { readMarker } from '../../sections/marker.ts';
import { checkUnchanged } from '../conflict.ts';
import type { StepContext, StepModule } from '../../plan/step.ts';
import { LIST_LAG_MS } from '../lag.ts';

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
    const versions = [{ versionId, percentage: 100 }];
    const deploy = (): Promise<Deployment> => deployVersions(context, versions, step.force);
    await deploy().catch(async (error: unknown) => {
      if (!mayHaveHappened(error)) throw error;
      await context.sleep(LIST_LAG_MS, context.signal);
      return (await deploymentOfRun(context, versionId)) ?? deploy();
    });
    return { ...soFar, versionId, promoted: true };
  },
  async revert(_step, context) {
    const { reader, worker, basedOn } = context;
    const active = (await listDeployments(reader, worker.scriptName))?.[0];
    if (active === undefined || active.id === basedOn?.id) return null;
    if (readMarker(active.annotations)?.run !== context.run) {
      return `the traffic of Worker ${worker.scriptName}: somebody else deployed meanwhile`;
    }
    if (basedOn === null) return `Worker ${worker.scriptName}: there is no deployment to go back to`;
    await deployVersions(context, basedOn.versions, true);
    return null;
  },
};

function deployVersions(
  { writer, worker, deploymentMessage, triggersBefore }: StepContext,
  versions: Deployment['versions'],
  force: boolean,
): Promise<Deployment> {
  return createDeployment(writer, {
    scriptName: worker.scriptName,
    versions,
    // What cannot be read back is as it was; the last step notes what it became.
    message: deploymentMessage(triggersBefore),
    codeUpdateStrategy: worker.codeUpdateStrategy,
    force,
  });
}

/** Our deployment of that version, when the answer to making it was lost. */
async function deploymentOfRun(context: StepContext, versionId: string): Promise<Deployment | null> {
  const active = (await listDeployments(context.reader, context.worker.scriptName))?.[0];
  const ours =
    active?.versions.length === 1 &&
    active.versions[0]?.versionId === versionId &&
    readMarker(active.annotations)?.run === context.run;
  return ours ? active : null;
}
