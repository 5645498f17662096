import { createHash } from 'node:crypto';
import type { ProjectRules } from '../project/project-config.ts';
import type { Git } from './git.ts';

/**
 * What tells a project from others that share an account, the same in every checkout: `name` of its configuration, else
 * a digest of where its repository comes from. Not the first commit, which a shallow clone does not have, and not the
 * folder, which every machine calls otherwise. Null when nothing tells: then nothing is called an orphan of it.
 */
export async function projectIdOf(
  { name }: Pick<ProjectRules, 'name'>,
  git: Pick<Git, 'origin'>,
): Promise<string | null> {
  if (name !== undefined) return name;
  const origin = (await git.origin?.()) ?? null;
  return origin === null ? null : `git-${createHash('sha256').update(origin).digest('hex').slice(0, 16)}`;
}
