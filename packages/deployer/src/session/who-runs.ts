import { userInfo } from 'node:os';
import { madeLate } from '../made-late.ts';

/** What CI systems call the one who started a run: GitHub, GitLab, Azure, Bitbucket, CircleCI, Buildkite. */
const ACTORS = [
  'GITHUB_ACTOR',
  'GITLAB_USER_LOGIN',
  'BUILD_REQUESTEDFOR',
  'BITBUCKET_STEP_TRIGGERER_UUID',
  'CIRCLE_USERNAME',
  'BUILDKITE_BUILD_CREATOR',
];

/** Who runs it: the CI system's actor before the machine's user; null when neither is known. */
export function whoRuns(env: Readonly<Record<string, string | undefined>>): string | null {
  const known = [...ACTORS, 'USER', 'LOGNAME', 'USERNAME'].map((name) => env[name]?.trim());
  return known.find((name) => name !== undefined && name !== '') ?? machineUser();
}

/** The process's user by the machine's books, looked up once. Cron, containers and services often have no USER. */
const machineUser = madeLate((): string | null => {
  try {
    return userInfo().username || null;
  } catch {
    // A user id without an entry, as containers run with.
    return null;
  }
});
