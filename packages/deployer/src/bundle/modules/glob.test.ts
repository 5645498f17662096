import { describe, expect, it } from 'vitest';
import { globMatcher } from './glob.ts';

describe('a glob on an import specifier', () => {
  it.each([
    ['**/*.txt', './a.txt', true],
    ['**/*.txt', 'pkg/deep/a.txt', true],
    ['**/*.txt', 'a.txt', false],
    ['**/*.txt', './a.txt?raw', false],
    ['**/*.wasm?module', './a.wasm?module', true],
    ['**/*.wasm?module', './a.wasmXmodule', false],
    ['lang/*.js', 'lang/a/b.js', true],
    ['*.[md]', './x.[md]', true],
    ['*.[md]', './x.m', false],
  ])('%s on %s: %s', (glob, specifier, matches) => {
    expect(globMatcher(glob, 'specifier')(specifier)).toBe(matches);
  });
});

describe('a glob on a path', () => {
  it.each([
    ['**/*.txt', 'a.txt', true],
    ['**/*.txt', 'deep/er/a.txt', true],
    ['**/*.txt', 'deep/a.txt.js', false],
    ['lang/*.js', 'lang/en.js', true],
    ['lang/*.js', 'lang/deep/en.js', false],
    ['lang/**', 'lang/deep/en.js', true],
    ['**', 'anything/at/all', true],
    ['a/**/b.js', 'a/b.js', true],
    ['a/**/b.js', 'a/x/y/b.js', true],
    ['a/**/b.js', 'ab.js', false],
  ])('%s on %s: %s', (glob, path, matches) => {
    expect(globMatcher(glob, 'path')(path)).toBe(matches);
  });
});
