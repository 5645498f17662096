import { expect, test } from 'vitest';
import { buildsUntrustedChange } from './untrusted-change.ts';

test.each([
  [{ GITHUB_EVENT_NAME: 'pull_request' }, true],
  [{ GITHUB_EVENT_NAME: 'pull_request_target' }, true],
  [{ GITHUB_EVENT_NAME: 'push' }, false],
  [{ CI_PIPELINE_SOURCE: 'merge_request_event' }, true],
  [{ BUILDKITE_PULL_REQUEST: 'false' }, false],
  [{ BUILDKITE_PULL_REQUEST: '12' }, true],
  [{ CF_DEPLOY_UNTRUSTED: '1' }, true],
  [{ CF_DEPLOY_UNTRUSTED: '0', GITHUB_EVENT_NAME: 'pull_request' }, false],
  [{}, false],
])('%j builds an untrusted change: %s', (env, untrusted) => {
  expect(buildsUntrustedChange(env)).toBe(untrusted);
});
