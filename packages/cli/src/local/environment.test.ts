import { expect, it } from 'vitest';
import { localEnvironment } from './environment.ts';

it('drops every credential and other API, keeps the rest, and brings the local token', () => {
  const env = {
    CLOUDFLARE_API_TOKEN: 'real',
    CLOUDFLARE_API_TOKEN_ACME: 'real',
    CLOUDFLARE_API_KEY: 'real',
    CLOUDFLARE_EMAIL: 'real',
    CF_API_TOKEN: 'real',
    CLOUDFLARE_API_BASE_URL: 'https://real',
    CLOUDFLARE_BASE_URL: 'https://real',
    CLOUDFLARE_ACCOUNT_ID: 'real',
    CHAT_API_KEY: 'kept',
    PATH: '/bin',
  };
  expect(localEnvironment(env, 'local')).toEqual({
    CHAT_API_KEY: 'kept',
    PATH: '/bin',
    CLOUDFLARE_API_TOKEN: 'local',
  });
});
