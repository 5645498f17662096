import type { Deployment } from '../cloudflare/shapes.ts';
import { gradualSummary, type GradualDeploy, type GradualSummary } from '../store/gradual.ts';
import { askStore } from './open-store.ts';
import type { TenantContext } from './tenant-context.ts';

/** What is kept of the Worker's last gradual deploy; null when nothing is known here. */
export function knownGradual({
  world,
  worker,
}: Pick<TenantContext, 'world' | 'worker'>): GradualDeploy | null {
  // There are no versions there; an account's own Worker may have the same name.
  if (worker.dispatchNamespace !== null) return null;
  return askStore(world, (store) => store.gradual(worker.accountId, worker.scriptName), null);
}

/**
 * The same as results show it.
 * @param live who has the traffic, where it was read: a gradual deploy that somebody else ended is over
 */
export function shownGradual(
  context: Pick<TenantContext, 'world' | 'worker'>,
  live: Deployment['versions'] | null = null,
): GradualSummary | null {
  const { world } = context;
  const gradual = knownGradual(context);
  if (gradual === null) return null;
  const shown = gradualSummary(gradual, { isAlive: world.runner.isAlive, now: world.now() });
  const open = shown.status === 'running' || shown.status === 'paused';
  const shares = (live ?? []).filter(({ percentage }) => percentage > 0);
  const ours = [gradual.oldVersionId, gradual.newVersionId];
  const isReplaced = open && shares.some(({ versionId }) => !ours.includes(versionId));
  return isReplaced ? { ...shown, status: 'replaced', why: 'somebody else deployed' } : shown;
}
