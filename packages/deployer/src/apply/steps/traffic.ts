import { mayHaveHappened } from '../../cloudflare/client/api-error.ts';
import { createDeployment, deploymentsSince, listDeployments } from '../../cloudflare/deployments.ts';
import type { Deployment } from '../../cloudflare/shapes.ts';
import { readMarker } from '../../sections/marker.ts';
import type { Progress, StepContext } from '../../plan/step.ts';
import { conflict, replacedByUs } from '../conflict.ts';
import { LIST_LAG_MS } from '../lag.ts';
import { isOf, rightful, sameShares } from '../succession.ts';

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
 * Gives the traffic back to whoever it belongs to without this run: who had it before, or whose deployment came first. Gives
 * what stands in the way: somebody else's deployment is theirs.
 */
export async function takeTrafficBack(
  context: StepContext,
  { versionId }: Pick<Progress, 'versionId'>,
): Promise<string | null> {
  const { reader, worker, basedOn, run } = context;
  const deployments = await deploymentsSince(reader, worker.scriptName, basedOn);
  const [active] = deployments;
  if (active === undefined) return null;
  const goBackTo = sharesWithoutUs(context, deployments);
  if (context.goBackTo !== null && sameShares(active.versions, context.goBackTo)) return null;
  const ours = active.id === basedOn?.id || isOf(active, { run, versionId });
  if (!ours) return `the traffic of Worker ${worker.scriptName}: somebody else deployed meanwhile`;
  if (goBackTo !== null && sameShares(active.versions, goBackTo)) return null;
  if (goBackTo === null) return `Worker ${worker.scriptName}: there is no deployment to go back to`;
  await deployShares(context, goBackTo, { force: true });
  await giveToWhoCameBetween(context, goBackTo);
  return null;
}

/** The shares as they are without this run; null when there were none. */
function sharesWithoutUs(
  { basedOn, run, goBackTo }: StepContext,
  deployments: readonly Deployment[],
): Shares | null {
  const owner = rightful(deployments, basedOn, run);
  return owner === null || owner.id === basedOn?.id ? goBackTo : owner.versions;
}

/**
 * Cloudflare has no "only if": who deployed between the look and what gave the traffic back was replaced by that, by force
 * and unseen, with secrets that only their version has. One more look finds them. Where it cannot be made nothing more is
 * known, and the traffic is given back all the same.
 */
async function giveToWhoCameBetween(context: StepContext, given: Shares): Promise<void> {
  const { reader, worker, basedOn, run } = context;
  const deployments = await deploymentsSince(reader, worker.scriptName, basedOn).catch(() => []);
  const [active] = deployments;
  if (active === undefined || readMarker(active.annotations)?.run !== run) return;
  const owner = sharesWithoutUs(context, deployments);
  if (owner === null || sameShares(owner, given) || sameShares(active.versions, owner)) return;
  await deployShares(context, owner, { force: true });
}

/**
 * Before what is not part of a version is set: whose deployment came first sets it, and this one gives way to another. Where the
 * list cannot be read, or does not show ours, nothing is known, and the look at the end tells.
 * @throws ConflictError CONFLICT when another one stands; the traffic is given back to it then
 */
export async function giveWay(context: StepContext, soFar: Progress): Promise<void> {
  const { worker, basedOn, run } = context;
  const deployments = await listWithOurs(context, soFar);
  const standing = deployments === null ? null : rightful(deployments, basedOn);
  if (standing === null || isOf(standing, { run, versionId: soFar.versionId })) return;
  await takeTrafficBack(context, soFar);
  throw conflict(worker.scriptName, standing);
}

/** Whether what this run made, or what it was planned against, is live and stands. */
export async function isStillOurs(
  { reader, worker, basedOn, run }: StepContext,
  { versionId }: Pick<Progress, 'versionId'>,
): Promise<boolean> {
  const deployments = await deploymentsSince(reader, worker.scriptName, basedOn);
  return replacedByUs(deployments, { basedOn, run, versionId }) === null;
}

/** Whether this run's deployment stands, and another one that should have given way is live. */
export async function isReplacedByOther(
  { reader, worker, basedOn, run }: StepContext,
  versionId: string,
): Promise<boolean> {
  const deployments = await deploymentsSince(reader, worker.scriptName, basedOn);
  const [active] = deployments;
  const standing = rightful(deployments, basedOn);
  if (active === undefined || standing === null || !isOf(standing, { run, versionId })) return false;
  return !isOf(active, { run, versionId });
}

async function listWithOurs(
  { reader, worker, basedOn, run, sleep, signal }: StepContext,
  { versionId }: Progress,
): Promise<readonly Deployment[] | null> {
  for (const wait of [0, LIST_LAG_MS]) {
    if (wait > 0) await sleep(wait, signal);
    const deployments = await deploymentsSince(reader, worker.scriptName, basedOn).catch(() => null);
    if (deployments?.some((deployment) => isOf(deployment, { run, versionId })) === true) return deployments;
  }
  return null;
}

/** The active deployment, when this run made it. */
export async function ourActive({ reader, worker, run }: StepContext): Promise<Deployment | null> {
  const active = (await listDeployments(reader, worker.scriptName))?.[0];
  return active !== undefined && readMarker(active.annotations)?.run === run ? active : null;
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
