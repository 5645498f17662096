import { commitOf } from '../../sections/marker.ts';
import type { Problem } from '../../sections/problem.ts';
import type { PreflightInputs } from './inputs.ts';

/**
 * The stale-commit fence: the commit of the live version travels with it; deploying an ancestor of it
 * would take newer work away. Says nothing when either commit is unknown here: unknown is not stale.
 */
export async function checkCommit({ plan, git, commit }: PreflightInputs): Promise<readonly Problem[]> {
  const live = commitOf(plan.live.version?.annotations ?? {});
  if (commit === null || live === null || live === commit || plan.upload === 'none') return [];
  if ((await git.isAncestor(commit, live)) !== true) return [];
  return [
    {
      code: 'STALE_COMMIT',
      finding: {
        severity: 'error',
        code: 'stale-commit',
        path: '',
        message: `The live version comes from commit ${live.slice(0, 12)}, which is newer than ${commit.slice(0, 12)}.`,
        hint: 'Update your checkout; to go back on purpose use rollback, or --force.',
      },
    },
  ];
}
