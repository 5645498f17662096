import { describe, expect, it } from 'vitest';
import { headerRules, redirectRules } from './asset-rules.ts';

describe('a _headers file', () => {
  it('sets and removes headers by path', () => {
    const text = `# comment\n/a/*\n  X-One: 1\n  x-one: 2\n  ! Server\n\nhttps://example.com/b\n  Link: <x>; rel=y\n`;
    expect(headerRules(text).rules).toEqual({
      '/a/*': { set: { 'x-one': '1, 2' }, unset: ['Server'] },
      'https://example.com/b': { set: { link: '<x>; rel=y' } },
    });
  });

  it('ignores headers before the first path', () => {
    expect(headerRules('X-One: 1\n').rules).toEqual({});
  });
});

describe('a _redirects file', () => {
  it('tells rules with wildcards from others', () => {
    expect(
      redirectRules('/a /b 301\n# no\n/c/* /d/:splat 308 # why\n/e/:id /f/:id\n/g /h\n/a /z\n\n'),
    ).toEqual({
      version: 1,
      staticRules: {
        '/a': { status: 301, to: '/b', lineNumber: 1 },
        '/g': { status: 302, to: '/h', lineNumber: 5 },
      },
      rules: { '/c/*': { status: 308, to: '/d/:splat' }, '/e/:id': { status: 302, to: '/f/:id' } },
    });
  });
});
