import { mayHaveHappened } from '../../cloudflare/client/api-error.ts';
import { createDeployment, listDeployments } from '../../cloudflare/deployments.ts';
import type { Deployment } from '../../cloudflare/shapes.ts';
import { readMarker } from '../../sections/marker.ts';
import type { StepContext } from '../../plan/step.ts';
import { LIST_LAG_MS } from '../lag.ts';

type Shares = Deployment['versions'];

/** Gives versions their shares. After a lost answer it looks whether that happened before it is tried again. */
export async function deployShares(
  context: StepContext,
  versions: Shares,
  { force }: { readonly force: boolean },
): Promise<Deployment> {
  return deploy(context, versions, force).catch(async (error: unknown) => {
    if (!mayHaveHappened(error)) throw error;
    await context.sleep(LIST_LAG_MS, context.signal);
    const active = await ourActive(context);
    return active !== null && sameShares(active.versions, versions)
      ? active
      : deploy(context, versions, force);
  });
}

/**
 * Gives the traffic back to whoever had it before the run. Gives what stands in the way: somebody else's deployment is
 * theirs.
 */
export async function takeTrafficBack(context: StepContext): Promise<string | null> {
  const { reader, worker, basedOn, goBackTo, run } = context;
  const active = (await listDeployments(reader, worker.scriptName))?.[0];
  if (active === undefined) return null;
  if (goBackTo !== null && sameShares(active.versions, goBackTo)) return null;
  const ours = active.id === basedOn?.id || readMarker(active.annotations)?.run === run;
  if (!ours) return `the traffic of Worker ${worker.scriptName}: somebody else deployed meanwhile`;
  if (goBackTo === null) return `Worker ${worker.scriptName}: there is no deployment to go back to`;
  await deploy(context, goBackTo, true);
  return null;
}

/** The active deployment, when this run made it. */
export async function ourActive({ reader, worker, run }: StepContext): Promise<Deployment | null> {
  const active = (await listDeployments(reader, worker.scriptName))?.[0];
  return active !== undefined && readMarker(active.annotations)?.run === run ? active : null;
}

/** Whether both give every version the same share. A share of nothing counts: requests can ask for that version. */
export function sameShares(one: Shares, other: Shares): boolean {
  const shares = new Map(other.map(({ versionId, percentage }) => [versionId, percentage]));
  return (
    one.length === other.length &&
    one.every(({ versionId, percentage }) => shares.get(versionId) === percentage)
  );
}

function deploy(
  { writer, worker, deploymentMessage, triggersBefore }: StepContext,
  versions: Shares,
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
