import { describe, expect, it } from 'vitest';
import { checkHeaders } from './headers-file.ts';
import { checkRedirects } from './redirects-file.ts';

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('\n');
}

describe('a _redirects file', () => {
  it('may redirect, rewrite, use splats, placeholders, comments and other hosts', () => {
    const text = [
      '# comment',
      '/old /new 301',
      '/spec https://example.com/spec # why',
      '/fallback /other 200',
      '/blog/* /posts/:splat',
      '/user/:name /people/:name 308',
      '',
    ].join('\n');
    expect(checkRedirects(text, undefined)).toEqual([]);
  });

  it.each([
    ['/a', 'words'],
    ['/a /b 301 extra', 'words'],
    ['https://example.com/a /b', 'must be a path'],
    ['a /b', 'start with a slash'],
    ['/a b', 'destination'],
    ['/a /b 404', 'no redirect status'],
    ['/a https://example.com/ 200', 'another host'],
    ['/* /index.html 200', 'endless loop'],
    ['/app/* /app/index', 'endless loop'],
    ['/ /index.html', 'endless loop'],
    [`/a /${'b'.repeat(1000)}`, '1000'],
  ])('may not say %s', (line, message) => {
    expect(checkRedirects(`/fine /one\n${line}\n`, undefined)).toMatchObject([
      { line: 2, message: expect.stringContaining(message) as string },
    ]);
  });

  it('may point a folder at its index page when pages are served by their own names', () => {
    expect(checkRedirects('/ /index.html 200', 'none')).toEqual([]);
    expect(checkRedirects('/* /index.html 200', 'none')).toHaveLength(1);
  });

  it('may not redirect one path twice', () => {
    expect(checkRedirects('/a /b\n/c /d\n/a /e', undefined)).toMatchObject([
      { line: 3, message: expect.stringContaining('line 1') as string },
    ]);
  });

  it('may have 2,000 static and 100 dynamic redirects', () => {
    const fits = `${lines(2000, (index) => `/s${index} /x`)}\n${lines(100, (index) => `/d${index}/* /x`)}`;
    expect(checkRedirects(fits, undefined)).toEqual([]);
    expect(checkRedirects(`/more /x\n${fits}`, undefined)).toMatchObject([{ line: 2001 }]);
    expect(checkRedirects(`${fits}\n/more/* /x\n/yet/* /x`, undefined)).toMatchObject([{ line: 2101 }]);
  });

  it('counts every rule after the first dynamic one as dynamic', () => {
    expect(checkRedirects(`/a/* /x\n${lines(100, (index) => `/s${index} /x`)}`, undefined)).toMatchObject([
      { line: 101 },
    ]);
  });
});

describe('a _headers file', () => {
  it('may set and remove headers for paths and https hosts', () => {
    const text =
      '# c\n/css/*\n  Cache-Control: public, max-age=600\n  ! X-Old\nhttps://example.com/*\n  X-A: b: c\n';
    expect(checkHeaders(text)).toEqual([]);
  });

  it.each([
    ['X-A: 1', 'must follow a path', 1],
    ['/a\n', 'has no headers', 1],
    ['/a\n  X-A', '"Name: value"', 2],
    ['/a\n  X A: 1', 'no header name', 2],
    ['/a\n  X-A:', 'no value', 2],
    ['http://example.com/*\n  X-A: 1', 'https', 1],
    ['/*/b/*\n  X-A: 1', 'more than one *', 1],
    [`/a\n  X-A: ${'b'.repeat(2000)}\n  X-B: 1`, '2000', 2],
  ])('may not say %j', (text, message, line) => {
    expect(checkHeaders(text)).toMatchObject([{ line, message: expect.stringContaining(message) as string }]);
  });

  it('may have 100 rules', () => {
    const rules = lines(101, (index) => `/p${index}\n  X-A: 1`);
    expect(checkHeaders(rules)).toMatchObject([
      { line: 201, message: expect.stringContaining('100 rules') as string },
    ]);
  });
});
