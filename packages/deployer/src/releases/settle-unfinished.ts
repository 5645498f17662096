import { openTenant } from '../session/tenant-context.ts';
import type { CommandScope, World } from '../session/world.ts';
import type { Release, ReleaseTarget } from '../store/release.ts';
import type { ReleaseStore } from '../store/release-store.ts';
import { commandTarget } from './selection/fleet-target.ts';
import { placeOf } from './place-of.ts';
import { whatRuns } from './what-runs.ts';

/**
 * Finds out what became of targets that were under way when their runner died, so that they can be taken back: live on a
 * version of ours that is not the one from before, or not changed.
 */
export async function settleUnfinished(
  {
    world,
    scope,
    store,
  }: { readonly world: World; readonly scope: CommandScope; readonly store: ReleaseStore },
  release: Release,
): Promise<void> {
  for (const target of store.targets(release.id)) {
    if (target.state !== 'running') continue;
    const versionId = await ourVersion(world, scope, { release, target });
    const error = { code: 'ABORTED', message: 'It was under way when its run died.' };
    const outcome = {
      status: 'failed',
      endState: versionId === null ? 'untouched' : 'unknown',
      previousVersionId: null,
      versionId,
      record: null,
      verdict: 'skipped',
      error,
      calls: 0,
    } as const;
    store.settle(release.id, target.target, { state: 'failed', outcome, now: world.now() });
  }
}

/** The live version, when cf-deploy made it and it is not the one from before. */
async function ourVersion(
  world: World,
  scope: CommandScope,
  { release, target }: { readonly release: Release; readonly target: ReleaseTarget },
): Promise<string | null> {
  const context = await openTenant(world, scope, commandTarget(target, placeOf(release)));
  const { id, ours } = await whatRuns(context);
  if (id === null || target.previousVersionId === null || id === target.previousVersionId) return null;
  return (await ours()) ? id : null;
}
