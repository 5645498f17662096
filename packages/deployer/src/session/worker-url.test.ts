import { expect, test } from 'vitest';
import { makeWorker } from '../../test/support/worker.ts';
import { versionUrl, workerUrl } from './worker-url.ts';

test.each([
  ['workers.dev', { workersDev: true }, 'https://acme.test.workers.dev'],
  ['a custom domain first', { workersDev: true, customDomains: [{ hostname: 'a.com' }] }, 'https://a.com'],
  [
    'a custom domain that is switched off is none',
    { workersDev: true, customDomains: [{ hostname: 'a.com', enabled: false }] },
    'https://acme.test.workers.dev',
  ],
  ['a route', { workersDev: false, routes: [{ pattern: 'https://b.com/api/*' }] }, 'https://b.com'],
  ['a route with a wildcard host is no URL', { workersDev: false, routes: [{ pattern: '*.b.com/*' }] }, null],
  ['nothing', { workersDev: false }, null],
])('%s', (_what, triggers, url) => {
  expect(workerUrl(makeWorker({ triggers }), 'test')).toBe(url);
});

test('without a subdomain of the account workers.dev is no URL', () => {
  expect(workerUrl(makeWorker(), null)).toBeNull();
});

test('a version has the beginning of its id before the name', () => {
  expect(versionUrl(makeWorker(), 'test', '12345678-aaaa-bbbb-cccc-ddddddddd000')).toBe(
    'https://12345678-acme.test.workers.dev',
  );
});
