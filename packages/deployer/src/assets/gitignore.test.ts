import { describe, expect, it } from 'vitest';
import { ignoreMatcher } from './gitignore.ts';

describe('an ignore file', () => {
  it.each([
    ['a.txt', 'a.txt', true],
    ['a.txt', 'deep/a.txt', true],
    ['/a.txt', 'deep/a.txt', false],
    ['deep/a.txt', 'very/deep/a.txt', false],
    ['*.map', 'js/app.js.map', true],
    ['*.map', 'js/app.map.js', false],
    ['js/*', 'js/app.js', true],
    ['js/*', 'js/deep/app.js', false],
    ['js/**', 'js/deep/app.js', true],
    ['js/**', 'js', false],
    ['**/app.js', 'app.js', true],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['build/', 'build/', true],
    ['build/', 'build', false],
    ['# comment', '# comment', false],
    [String.raw`\#kept`, '#kept', true],
    [String.raw`\!kept`, '!kept', true],
    ['trailing   ', 'trailing', true],
    ['trailing\\ ', 'trailing ', true],
    ['?.txt', 'a.txt', true],
    ['?.txt', 'ab.txt', false],
    ['[a-c].txt', 'b.txt', true],
    ['[!a-c].txt', 'b.txt', false],
    ['[!a-c].txt', 'd.txt', true],
    ['[open', '[open', true],
    ['A.txt', 'a.txt', false],
    ['a.txt\r', 'a.txt', true],
    ['', 'a.txt', false],
  ])('with %j ignores %j: %s', (text, name, ignored) => {
    expect(ignoreMatcher(text)(name)).toBe(ignored);
  });

  it('lets the last matching line decide', () => {
    const ignores = ignoreMatcher('*.txt\n!keep.txt\n');
    expect([ignores('a.txt'), ignores('keep.txt')]).toEqual([true, false]);
  });
});
