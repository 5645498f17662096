import type { World } from '../session/world.ts';
import type { Deployer } from './deployer.ts';
import { later, type Ways } from './ways.ts';

/** Names of the commands that work on many. */
export type ForMany =
  | 'validateAll'
  | 'planAll'
  | 'deployAll'
  | 'driftAll'
  | 'releases'
  | 'release'
  | 'pauseRelease'
  | 'abortRelease'
  | 'resume'
  | 'rollbackRelease'
  | 'freeze'
  | 'thaw';

/** What works on many tenants counts its calls together with other processes that do. */
export function commandsForMany(world: World, { guarded }: Ways): Pick<Deployer, ForMany> {
  const many = { ...world, budget: world.sharedBudget };
  return {
    validateAll: (selection) => guarded(async () => (await later()).validateAll(many, selection)),
    planAll: (selection) => guarded(async () => (await later()).planAll(many, selection)),
    deployAll: (selection) => guarded(async () => (await later()).deployAll(many, selection)),
    driftAll: (selection) => guarded(async () => (await later()).driftAll(many, selection)),
    releases: (which = {}) => guarded(async () => (await later()).listReleases(world, which)),
    release: (id) => guarded(async () => (await later()).showRelease(world, id)),
    pauseRelease: (id) => guarded(async () => (await later()).stopRelease(world, id, 'paused')),
    abortRelease: (id) => guarded(async () => (await later()).stopRelease(world, id, 'aborted')),
    resume: (which = {}) => guarded(async () => (await later()).resume(many, which)),
    rollbackRelease: (which) => guarded(async () => (await later()).rollbackRelease(many, which)),
    freeze: (what) =>
      guarded(async () => {
        const { freeze, refuseUnknownEnvironment } = await later();
        await refuseUnknownEnvironment(world.rootDir, what.env);
        return freeze(world, what);
      }),
    thaw: (what) => guarded(async () => (await later()).thaw(world, what)),
  };
}
