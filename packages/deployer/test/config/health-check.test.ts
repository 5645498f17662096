import { describe, expect, it } from 'vitest';
import { type ProjectRules, projectSchema } from '../../src/project/project-schema.ts';
import { check, lines, resolved } from './support.ts';

const findings = (healthCheck: unknown, project = {}): readonly string[] =>
  lines(check({}, { tenant: { healthCheck }, project }).findings);

describe('what a tenant’s health check may ask', () => {
  it.each([
    'http://169.254.169.254/latest/meta-data/iam/security-credentials/',
    'https://2852039166/',
    'https://localhost/',
    'https://[::ffff:127.0.0.1]/',
    'https://evil.example/health',
    'http://shop.team.workers.dev/health',
    'https://other.team.workers.dev/health',
  ])('is refused before anything is sent: %s', (url) => {
    expect(findings({ url })).toEqual(['error health-host healthCheck.url']);
  });

  it('is a host of the Worker', () => {
    expect(findings({ url: 'https://shop.team.workers.dev/up' })).toEqual([]);
    const tenant = { accountSubdomain: 'team', healthCheck: { url: 'https://shop.other.workers.dev/up' } };
    expect(lines(check({}, { tenant }).findings)).toEqual(['error health-host healthCheck.url']);
    const options = { tenant: { healthCheck: { url: 'https://shop.example.com/up' } } };
    expect(lines(check({ routes: ['shop.example.com/*'] }, options).findings)).toEqual([]);
  });

  it('may have an @ in its path', () => {
    expect(findings({ url: 'https://shop.team.workers.dev/@acme?a=@b' })).toEqual([]);
  });

  it('is a host that the project allows, by name or with its own health check', () => {
    const url = 'https://status.example.edu/shop';
    expect(findings({ url }, { healthHosts: ['status.example.edu'] })).toEqual([]);
    const { health } = resolved({}, { project: { healthCheck: { url }, healthHosts: ['a.example.edu'] } });
    expect(health).toMatchObject({ url, allowedHosts: ['a.example.edu', 'https://status.example.edu'] });
  });
});

describe('what a tenant’s health check may send', () => {
  it.each([
    ['a line break in a value', { 'x-a': 'b\r\nHost: evil' }],
    ['NUL in a value', { 'x-a': 'a\u0000b' }],
    ['a character that no header can have', { 'x-a': 'naïve→' }],
    ['a line break in a name', { 'x-a\r\nHost': 'evil' }],
    ['a space in a name', { 'x a': 'b' }],
    ['an empty name', { '': 'b' }],
    ['another host', { Host: 'evil.example' }],
    ['its own framing', { 'Transfer-Encoding': 'chunked' }],
    ['its own length', { 'content-length': '0' }],
    ['a hop', { Connection: 'x' }],
    ['a proxy’s credentials', { 'Proxy-Authorization': 'Basic x' }],
    ['another sender', { 'X-Forwarded-For': '127.0.0.1' }],
    ['Cloudflare’s own', { 'CF-Connecting-IP': '127.0.0.1' }],
    ['another version', { 'Cloudflare-Workers-Version-Overrides': 'shop="x"' }],
    ['a very long value', { 'x-a': 'b'.repeat(5000) }],
    ['very many', Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`x-${index}`, '1']))],
  ])('is refused: %s', (_what, headers) => {
    expect(findings({ headers }).length).toBeGreaterThan(0);
  });

  it('are headers that a Worker or Access wants', () => {
    const headers = {
      Authorization: 'Bearer x',
      'CF-Access-Client-Id': 'a.access',
      'x-tenant': 'acme',
      cookie: 'a=b',
    };
    expect(findings({ headers })).toEqual([]);
  });
});

it.each([
  { path: '//evil.example/' },
  { path: '/\\evil.example/' },
  { path: '/a b' },
  { path: '/a\u0000b' },
  { path: `/${'a'.repeat(3000)}` },
  { url: 'https://user:pass@shop.team.workers.dev/' },
  { url: 'ftp://shop.team.workers.dev/' },
  { url: 'https:\\\\evil.example' },
  { versionFrom: 'header:' },
  { versionFrom: 'header:a\r\nb' },
  { versionFrom: 'a'.repeat(300) },
  { successes: 0 },
  { deadlineMs: 0 },
  { expectStatus: [] },
])('a health check of %o is refused', (healthCheck) => {
  expect(findings(healthCheck).length).toBeGreaterThan(0);
});

it('a check is configured where somebody says what is well, not only how often to ask', () => {
  const configured = (tenant: Readonly<Record<string, unknown>>, project: ProjectRules = {}): boolean => {
    const { health } = resolved({}, { tenant, project });
    return health !== false && health.configured;
  };
  expect(configured({})).toBe(false);
  expect(configured({ healthCheck: { attempts: 3, headers: { 'x-a': 'b' } } })).toBe(false);
  expect(configured({ healthCheck: { path: '/up' } })).toBe(true);
  expect(configured({}, { healthCheck: { expectStatus: [200] } })).toBe(true);
});

it.each([
  'status.example.com',
  '*.example.com',
  'status.example.com:8443',
  'http://10.0.0.5:8080',
  'https://[2606:4700::1]',
])('%s is an entry of healthHosts', (entry) => {
  expect(projectSchema.safeParse({ healthHosts: [entry] }).success).toBe(true);
});

it.each([
  '',
  '*',
  'https://a.example/path',
  'a b',
  'user@a.example',
  'ftp://a.example',
  'http://169.254.169.254',
  '*.',
  'a.*.example',
])('"%s" is no entry of healthHosts', (entry) => {
  expect(projectSchema.safeParse({ healthHosts: [entry] }).success).toBe(false);
});
