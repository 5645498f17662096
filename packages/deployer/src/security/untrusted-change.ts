type Environment = Readonly<Record<string, string | undefined>>;

/** How CI systems say that they build a change that is only proposed. Data: variable → values; none: any. */
const PROPOSED: readonly (readonly [name: string, values: readonly string[] | null])[] = [
  ['GITHUB_EVENT_NAME', ['pull_request', 'pull_request_target', 'pull_request_review', 'issue_comment']],
  ['CI_PIPELINE_SOURCE', ['merge_request_event', 'external_pull_request_event']],
  ['BUILD_REASON', ['PullRequest']],
  ['BITBUCKET_PR_ID', null],
  ['CIRCLE_PULL_REQUEST', null],
  ['CIRCLE_PR_NUMBER', null],
  ['BUILDKITE_PULL_REQUEST', null],
  ['TRAVIS_PULL_REQUEST', null],
  ['CHANGE_ID', null],
];

/**
 * Whether this runs for a change that nobody has accepted yet, so that its code must not run beside a token. What
 * CF_DEPLOY_UNTRUSTED says (`1` or `0`) goes before what the CI system says.
 */
export function buildsUntrustedChange(env: Environment): boolean {
  const said = env['CF_DEPLOY_UNTRUSTED']?.trim().toLowerCase() ?? '';
  if (said !== '') return !['0', 'false', 'no'].includes(said);
  return PROPOSED.some(([name, values]) => {
    const value = env[name] ?? '';
    if (values !== null) return values.includes(value);
    return value !== '' && value !== 'false';
  });
}
