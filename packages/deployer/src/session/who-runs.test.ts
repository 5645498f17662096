import { userInfo } from 'node:os';
import { expect, test } from 'vitest';
import { whoRuns } from './who-runs.ts';

test.each([
  ['the CI system’s actor before the user', { GITHUB_ACTOR: 'octo', USER: 'runner' }, 'octo'],
  ['an empty variable is none', { GITHUB_ACTOR: '', USER: 'ada' }, 'ada'],
  ['the user as Windows names it', { USERNAME: 'ada' }, 'ada'],
])('%s', (_, env, who) => {
  expect(whoRuns(env)).toBe(who);
});

test('without a word in the environment, as in a container, the machine knows the user', () => {
  expect(whoRuns({})).toBe(userInfo().username);
});
