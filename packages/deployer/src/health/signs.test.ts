import { expect, test } from 'vitest';
import { makeMeasurement } from '../../test/support/measurement.ts';
import type { Measurement } from './probe.ts';
import { signOf } from './signs.ts';
import { cpuMs } from '../../test/support/cpu-ms.ts';

const URL_ = 'https://acme.test.workers.dev/health';
const kind = (measurement: Measurement, expectStatus = [200]): string | null =>
  signOf(measurement, URL_, expectStatus)?.kind ?? null;
const at = (status: number, text = '', headers: Record<string, string> = {}): Measurement =>
  makeMeasurement({ status, text, headers });
const failed = (error: string, errorCode: string | null = null): Measurement =>
  makeMeasurement({ status: null, error, errorCode });

test.each([
  ['the page of an empty host with 200', at(200, '<h1>There is nothing here yet</h1>')],
  ['the page of an empty host with 404', at(404, '<title>There is nothing here yet | x</title>')],
  ['404 with x-preview-user-error', at(404, '', { 'x-preview-user-error': 'true' })],
  ['error 1042 in plain text', at(404, 'error code: 1042')],
  ['error 1104 in plain text', at(500, 'error code: 1104')],
  ['an origin that has no name yet', at(530, 'error code: 1016')],
  ['a name that is not known', failed('getaddrinfo ENOTFOUND acme.test.workers.dev', 'ENOTFOUND')],
  ['a resolver that has no answer yet', failed('getaddrinfo EAI_AGAIN x', 'EAI_AGAIN')],
  [
    'an alert of the TLS handshake',
    failed('ssl/tls alert handshake failure', 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE'),
  ],
  ['an alert in older words', failed('write EPROTO 00:error:0A000410', 'EPROTO')],
  ['a certificate for other names', failed('Hostname/IP does not match', 'ERR_TLS_CERT_ALTNAME_INVALID')],
])('%s is a host that is not there yet', (_what, measurement) => {
  expect(kind(measurement)).toBe('spreading');
});

test.each([
  ['a challenge by its header', at(403, 'x', { 'cf-mitigated': 'challenge' })],
  ['a challenge by its page', at(403, '<title>Just a moment...</title>')],
  ['a challenge page of the older kind', at(503, '<script src="/cdn-cgi/challenge-platform/h/b"></script>')],
  [
    'a login of Access',
    at(302, '', { location: 'https://team.cloudflareaccess.com/cdn-cgi/access/login/x' }),
  ],
  ['a login of the Worker’s own', at(307, '', { location: '/login?next=/health' })],
  ['a redirect to another host', at(301, '', { location: 'https://www.example.com/health' })],
  ['a redirect to another path', at(308, '', { location: '/health/' })],
  ['a redirect to nowhere', at(302)],
  ['401', at(401)],
  ['429', at(429)],
  ['a firewall rule', at(403, 'error code: 1020')],
  ['a connection that is refused', failed('connect ECONNREFUSED', 'ECONNREFUSED')],
  ['no answer in time', failed('no answer within 10 ms')],
])('%s stands before the Worker and says nothing about it', (_what, measurement) => {
  expect(kind(measurement)).toBe('gate');
});

test.each([
  ['an exception', at(500, 'error code: 1101')],
  [
    'an exception on a page',
    at(500, '<title>Worker threw exception | x | Cloudflare</title><span class="cf-error-code">1101</span>'),
  ],
  [
    'an exception on a page with its number in the title',
    at(500, '<title>Error 1101: Worker threw exception</title>'),
  ],
  ['too much CPU time', at(503, 'error code: 1102')],
])('%s is a failure of the Worker', (_what, measurement) => {
  expect(kind(measurement)).toBe('exception');
});

test.each([
  ['a good answer', at(200, '{"status":"ok"}')],
  ['a bad answer of the Worker', at(500, 'oops')],
  ['a route that the Worker does not have', at(404, 'Not found')],
  ['JSON that speaks of error numbers', at(500, 'error code: 1042', { 'content-type': 'application/json' })],
])('%s has no sign of anybody else', (_what, measurement) => {
  expect(signOf(measurement, URL_, [200])).toBeNull();
});

test.each([301, 401, 429])('status %i is the Worker’s own where it is expected', (status) => {
  expect(kind(at(status), [status])).toBeNull();
});

test('signs of a long answer are read in time that grows with its length only', () => {
  expect(cpuMs(() => kind(at(500, '<title>error '.repeat(20_000))))).toBeLessThan(500);
});

test.each([
  [1001, 'spreading'],
  [1016, 'spreading'],
  [1042, 'spreading'],
  [1104, 'spreading'],
  [1019, 'exception'],
  [1021, 'exception'],
  [1022, 'exception'],
  [1024, 'exception'],
  [1101, 'exception'],
  [1102, 'exception'],
  [1103, 'exception'],
  [1003, 'gate'],
  [1005, 'gate'],
  [1006, 'gate'],
  [1007, 'gate'],
  [1008, 'gate'],
  [1009, 'gate'],
  [1010, 'gate'],
  [1012, 'gate'],
  [1015, 'gate'],
  [1020, 'gate'],
  [1025, 'gate'],
  [1027, 'gate'],
  [1999, null],
])('error number %i is one of %s', (number, expected) => {
  expect(kind(at(500, `error code: ${number}`))).toBe(expected);
});

/** What each sign says, what to do about it, and whether it may pass by itself. */
test.each<[string, Measurement, string, string, boolean]>([
  [
    'a host without a Worker',
    at(404, 'error code: 1042'),
    'the host answers, but no Worker is there yet (HTTP 404, error 1042)',
    'cf-deploy status',
    true,
  ],
  [
    'an empty host',
    at(200, '<h1>There is nothing here yet</h1>'),
    'the host answers, but no Worker is there yet (HTTP 200)',
    'cf-deploy status',
    true,
  ],
  ['an exception', at(500, 'error code: 1101'), 'the Worker failed (HTTP 500, error 1101)', '', true],
  [
    'a rule',
    at(403, 'error code: 1020'),
    'a rule before the Worker refuses the check (HTTP 403, error 1020)',
    'healthCheck.headers',
    false,
  ],
  [
    'a limit by its number',
    at(429, 'error code: 1015'),
    'a rule before the Worker refuses the check (HTTP 429, error 1015)',
    'healthCheck.headers',
    true,
  ],
  ['a limit', at(429), 'a limit on requests answers (HTTP 429)', 'Ask less often', true],
  ['no rights', at(407), 'the check is not allowed to ask (HTTP 407)', 'healthCheck.headers', false],
  [
    'a challenge',
    at(200, '', { 'cf-mitigated': 'challenge' }),
    'a challenge page of Cloudflare answers in place of the Worker',
    'healthCheck.headers',
    false,
  ],
  [
    'a login',
    at(302, '', { location: '/login' }),
    'a login stands before the Worker (HTTP 302)',
    'healthCheck.headers',
    false,
  ],
  [
    'another host',
    at(302, '', { location: 'https://example.com/' }),
    'the answer is a redirect to another host (HTTP 302), which is not followed',
    'healthCheck.headers',
    false,
  ],
  [
    'another path',
    at(399, '', { location: '/x' }),
    'the answer is a redirect (HTTP 399), which is not followed',
    'Name the final route',
    false,
  ],
  [
    'an address that must not be asked',
    failed('10.0.0.1 is private', 'ERR_ADDRESS_REFUSED'),
    '10.0.0.1 is private',
    'healthHosts',
    false,
  ],
  [
    'a name by its words alone',
    failed('getaddrinfo ENOTFOUND x'),
    'the name of the host is not known yet (getaddrinfo ENOTFOUND x)',
    'cf-deploy status',
    true,
  ],
  [
    'a name by its code',
    failed('fetch failed', 'ENOTFOUND'),
    'the name of the host is not known yet (fetch failed)',
    'cf-deploy status',
    true,
  ],
  [
    'a certificate by its words',
    failed('alert handshake failure'),
    'the host has no certificate yet (alert handshake failure)',
    'cf-deploy status',
    true,
  ],
  [
    'a certificate by its code',
    failed('write', 'EPROTO'),
    'the host has no certificate yet (EPROTO write)',
    'cf-deploy status',
    true,
  ],
  ['no answer', failed('connect ECONNREFUSED', 'ECONNREFUSED'), 'no answer: connect ECONNREFUSED', '', true],
])('%s is told in words', (_what, measurement, message, hint, passing) => {
  const sign = signOf(measurement, URL_, [200]);
  expect(sign).toMatchObject({ message, passing });
  expect(sign?.hint ?? '').toContain(hint);
  expect((sign?.hint ?? '') === '').toBe(hint === '');
});

test('a challenge page counts where challenges come with 403 and 503, not where the Worker writes of one', () => {
  const page = '<title>Just a moment...</title>';
  expect([kind(at(403, page)), kind(at(503, page)), kind(at(500, page))]).toEqual(['gate', 'gate', null]);
});

test('a number counts on pages that are errors only', () => {
  expect(kind(at(399, 'error code: 1101'), [399])).toBeNull();
  expect(kind(at(400, 'error code: 1101'))).toBe('exception');
});
