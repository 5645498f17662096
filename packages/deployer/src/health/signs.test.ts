import { expect, test } from 'vitest';
import { makeMeasurement } from '../../test/support/measurement.ts';
import type { Measurement } from './probe.ts';
import { signOf } from './signs.ts';

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
  expect(kind(measurement)).toBeNull();
});

test.each([301, 401, 429])('status %i is the Worker’s own where it is expected', (status) => {
  expect(kind(at(status), [status])).toBeNull();
});

test('signs of a long answer are read in time that grows with its length only', () => {
  const started = performance.now();
  kind(at(500, '<title>error '.repeat(20_000)));
  expect(performance.now() - started).toBeLessThan(500);
});
