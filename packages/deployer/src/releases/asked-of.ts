import type { DeployOptions, ProvenCode } from '../commands/deploy.ts';
import type { PlanResult } from '../plan/result.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import type { Release, ReleaseTarget } from '../store/release.ts';
import type { ReleaseStore } from '../store/release-store.ts';

/** The first of several waves is there to find out: each of its targets is asked before it has traffic. */
export function provenIn(
  { rollout }: Release,
  { wave }: Pick<ReleaseTarget, 'wave'>,
  healthy: Set<string>,
): ProvenCode {
  return {
    has: (digest) => (wave > 0 || rollout.waves.length === 1) && healthy.has(digest),
    add: (digest) => void healthy.add(digest),
  };
}

/** How a release deploys one of its targets. */
export function askedOf(
  release: Release,
  { target }: Pick<ReleaseTarget, 'target'>,
  { worker }: Pick<TenantContext, 'worker'>,
  { store, confirm }: { readonly store: ReleaseStore; readonly confirm: DeployOptions['confirm'] },
): DeployOptions {
  const { force, verify, takeOver, takeOverSplit, strategy, verifyBefore, tag } = release.rollout.deploy;
  return {
    force,
    verify,
    takeOver,
    takeOverSplit,
    ...(strategy === null ? {} : { strategy }),
    ...(verifyBefore === null ? {} : { verifyBefore }),
    ...(tag === null ? {} : { tag }),
    ...(release.message === null ? {} : { message: release.message }),
    confirm: async (plan: PlanResult) => {
      const agreed = (await confirm?.(plan)) ?? true;
      // Before the first write, so that a killed run leaves behind what to go back to.
      if (agreed) {
        store.forget(worker.accountId, worker.scriptName);
        store.note(release.id, target, plan.basedOn.previousVersionId ?? plan.basedOn.upload);
      }
      return agreed;
    },
  };
}
