import { describe, expect, it } from 'vitest';
import { moreSpecific, routeMatches } from './route-pattern.ts';

describe('a route pattern', () => {
  it.each([
    ['example.com/*', 'https://example.com/', true],
    ['example.com/*', 'https://example.com/a?b', true],
    ['example.com/*', 'https://www.example.com/', false],
    ['*.example.com/*', 'https://www.example.com/a', true],
    ['*.example.com/*', 'https://example.com/a', false],
    ['*example.com/*', 'https://example.com/a', true],
    ['*example.com/*', 'https://myexample.com/a', true],
    ['example.com/images*', 'https://example.com/images123', true],
    ['example.com/images/*', 'https://example.com/images', false],
    ['example.com/a', 'https://example.com/a', true],
    ['example.com/a', 'https://example.com/a?q=1', false],
    ['example.com', 'https://example.com/', true],
    ['example.com', 'https://example.com/a', false],
    ['https://example.com/*', 'http://example.com/', false],
    ['http://example.com/*', 'http://example.com/', true],
    ['Example.com/*', 'https://example.com/', true],
  ])('%s for %s: %s', (pattern, url, expected) => {
    expect(routeMatches(pattern, new URL(url))).toBe(expected);
  });
});

describe('of several patterns', () => {
  it.each([
    ['www.example.com/*', '*.example.com/*'],
    ['a.example.com/*', '*.example.com/a'],
    ['*.b.example.com/*', '*.example.com/*'],
    ['example.com/hello/*', 'example.com/*'],
    ['example.com/a', 'example.com/a*'],
    ['example.com/images*', 'example.com/images/*'],
  ])('%s comes before %s', (first, second) => {
    expect([second, first].toSorted(moreSpecific)).toEqual([first, second]);
    expect([first, second].toSorted(moreSpecific)).toEqual([first, second]);
  });
});
