import { expect, test } from 'vitest';
import { childEnvironment } from './child-environment.ts';

const MACHINE = { PATH: '/bin', HOME: '/home/x', LC_ALL: 'C', NODE_ENV: 'production', CI: '1' };

test.each([
  ...'CLOUDFLARE_API_TOKEN CLOUDFLARE_API_TOKEN_MY_TENANT CLOUDFLARE_ACCOUNT_ID CF_API_KEY'.split(' '),
  ...'GITHUB_TOKEN ACTIONS_ID_TOKEN_REQUEST_TOKEN NPM_TOKEN AWS_SECRET_ACCESS_KEY OPENAI_API_KEY'.split(' '),
  ...'GREETING_OTHER_TENANT DATABASE SSH_AUTH_SOCK NODE_OPTIONS LD_PRELOAD HTTPS_PROXY'.split(' '),
])('a child does not see %s', (name) => {
  expect(childEnvironment({ ...MACHINE, [name]: 'value' })).toEqual(MACHINE);
});

test('a child sees what the project names besides, and no credential under cover of that', () => {
  const env = { ...MACHINE, VITE_STAGE: 'x', VITE_API_TOKEN: 'y', UNSET: undefined };
  expect(childEnvironment(env, ['VITE_STAGE', 'VITE_API_TOKEN'])).toEqual({ ...MACHINE, VITE_STAGE: 'x' });
});

test('a child sees how much of the machine it may take', () => {
  const limits = { GOGC: '50', GOMAXPROCS: '2', GOMEMLIMIT: '512MiB' };
  expect(childEnvironment({ ...MACHINE, ...limits })).toEqual({ ...MACHINE, ...limits });
});
