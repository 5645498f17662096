import { expect, test } from 'vitest';
import { healthTargetProblem, type HealthTargetFacts } from './health-target.ts';

const FACTS: HealthTargetFacts = {
  scriptName: 'acme',
  subdomain: 'team',
  triggers: {
    customDomains: [{ hostname: 'Shop.example.com' }, { hostname: 'metadata.google.internal' }],
    routes: [
      { pattern: 'api.example.org/v1/*' },
      { pattern: '*.example.net/*' },
      { pattern: 'http://plain.example.org/*' },
      { pattern: '*/*' },
      { pattern: '*.com/*' },
      { pattern: '127.0.0.1/*' },
      { pattern: 'localhost/*' },
    ],
  },
  allowedHosts: [],
};
const problem = (url: string, facts: Partial<HealthTargetFacts> = {}): string | null =>
  healthTargetProblem(new URL(url), { ...FACTS, ...facts });

test.each([
  'https://acme.team.workers.dev/health',
  'https://0a1b2c3d-acme.team.workers.dev/health',
  'https://shop.example.com/up',
  'https://api.example.org/other',
  'https://deep.down.example.net/',
  'https://SHOP.example.com./up',
])('%s is a host of the Worker', (url) => {
  expect(problem(url)).toBeNull();
});

test.each([
  // Somebody else's host.
  'https://evil.example/health',
  'https://other.team.workers.dev/health',
  'https://other-acme.team.workers.dev/health',
  'https://acme.other.workers.dev/health',
  'https://acme.team.workers.dev.evil.example/',
  'https://0a1b2c3d-x-acme.team.workers.dev/',
  'https://evil.com/',
  'https://notexample.net/',
  // This machine, its network, a cloud's credentials, however they are written.
  'http://169.254.169.254/latest/meta-data/',
  'https://169.254.169.254/',
  'https://2852039166/',
  'https://0xa9fea9fe/',
  'https://0251.0376.0251.0376/',
  'https://169.254.169.254./',
  'https://[::ffff:169.254.169.254]/',
  'https://[fd00:ec2::254]/',
  'https://metadata.google.internal/computeMetadata/v1/',
  'https://127.0.0.1/',
  'https://127.1/',
  'https://0/',
  'https://[::1]/',
  'https://[::]/',
  'https://localhost/',
  'https://localhost./',
  'https://10.0.0.1/',
  'https://192.168.0.1/',
  'https://100.64.0.1/',
  'https://[fc00::1]/',
  'https://1.1.1.1/',
  // Its own host, asked in another way.
  'http://shop.example.com/up',
  'https://shop.example.com:8443/up',
  'https://user:pass@shop.example.com/up',
  'file:///etc/passwd',
  'ftp://shop.example.com/',
])('%s is not asked', (url) => {
  expect(problem(url)).not.toBeNull();
});

test.each([
  ['status.example.edu', 'https://status.example.edu/acme', null],
  ['status.example.edu', 'http://status.example.edu/acme', 'is no host'],
  ['status.example.edu', 'https://status.example.edu:8443/acme', 'is no host'],
  ['status.example.edu:8443', 'https://status.example.edu:8443/acme', null],
  ['http://status.example.edu', 'http://status.example.edu/acme', null],
  ['*.example.edu', 'https://a.b.example.edu/', null],
  ['*.example.edu', 'https://example.edu/', 'is no host'],
  ['http://10.0.0.5:8080', 'http://10.0.0.5:8080/x', null],
  ['http://[::1]:8080', 'http://[::1]:8080/x', null],
  ['http://10.0.0.5:8080', 'http://10.0.0.6:8080/x', 'an address'],
  ['http://169.254.169.254', 'http://169.254.169.254/latest', 'metadata'],
  ['metadata.google.internal', 'https://metadata.google.internal/', 'metadata'],
])('where the project allows %s, %s is answered with %s', (entry, url, expected) => {
  const found = problem(url, { allowedHosts: [entry] }) ?? 'asked';
  expect(found).toContain(expected ?? 'asked');
});

test('a Worker of a dispatch namespace has no host of its own', () => {
  expect(problem('https://acme.team.workers.dev/', { scriptName: null, triggers: {} })).not.toBeNull();
});

test('a subdomain that is not known allows no workers.dev name', () => {
  expect(problem('https://acme.team.workers.dev/', { subdomain: null })).not.toBeNull();
});
