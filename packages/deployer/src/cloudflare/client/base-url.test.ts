import { expect, test } from 'vitest';
import { checkBaseUrl } from './base-url.ts';

test.each([
  'https://api.cloudflare.com/client/v4',
  'http://localhost:8787/client/v4',
  'http://127.0.0.1:8787/client/v4',
  'http://[::1]:8787/client/v4',
])('a token may be sent to %s', (url) => {
  expect(checkBaseUrl(`${url}/`)).toBe(url);
});

test.each([
  'http://api.cloudflare.com/client/v4',
  'http://localhost.example.com',
  'http://127.0.0.1.example.com',
  'https://user:secret@api.cloudflare.com',
  'https://api.cloudflare.com/?x=1',
  'ftp://localhost/',
  'not a url',
  '',
])('no token is sent to %s', (url) => {
  expect(() => checkBaseUrl(url)).toThrow(expect.objectContaining({ code: 'BASE_URL_REFUSED' }) as Error);
});

test('the message does not repeat credentials of the URL', () => {
  expect(() => checkBaseUrl('https://user:hunter2@example.com')).not.toThrow(/hunter2/);
});
