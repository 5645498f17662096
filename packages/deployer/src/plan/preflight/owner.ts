import { annotationsOf } from '../../sections/live.ts';
import { ownerName } from '../../sections/marker.ts';
import { isForeign, readable } from '../../sections/owner.ts';
import { problem, type Problem } from '../../sections/problem.ts';
import type { PreflightInputs } from './inputs.ts';

/**
 * The live Worker says whose it is: one name in one account for two tenants or environments would let each deploy
 * replace the other's. Says nothing of a Worker that does not tell: unknown is not foreign.
 */
export function checkOwner({
  plan,
  takeOver,
}: Pick<PreflightInputs, 'plan' | 'takeOver'>): readonly Problem[] {
  const { live, release } = plan;
  const owner = isForeign(release.worker, annotationsOf(live));
  const ours = ownerName(release.worker);
  if (takeOver || owner === null) return [];
  return [
    problem('CONFLICT', {
      rule: 'foreign-worker',
      path: 'name',
      message: `The Worker "${release.worker.scriptName}" was deployed as ${readable(owner)}; a deploy of ${readable(ours)} would replace it.`,
      hint: "Give each its own `name` in its wrangler file. If the other is gone or was renamed, --take-over makes the Worker this one's.",
    }),
  ];
}
