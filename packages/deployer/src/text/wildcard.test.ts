import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathWildcard, wildcard } from './wildcard.ts';

describe('a pattern with wildcards', () => {
  it.each([
    ['a*', 'abc', true],
    ['*c', 'abc', true],
    ['a*c', 'ac', true],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'acb', false],
    ['', '', true],
    ['', 'a', false],
    ['**', 'anything', true],
    ['a.c', 'abc', false],
    ['a?c', 'abc', false],
  ])('%j on %j: %s', (pattern, text, matches) => {
    expect(wildcard(pattern)(text)).toBe(matches);
  });

  it('takes a question mark for any one character where asked', () => {
    expect(wildcard('a?c', { questionMark: true })('abc')).toBe(true);
    expect(wildcard('a?c', { questionMark: true })('ac')).toBe(false);
  });

  it('means what the regular expression means', () => {
    const small = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
    fc.assert(
      fc.property(small, text, (pattern, value) => {
        const expression = new RegExp(`^${pattern.replaceAll(/\*+/g, '.*')}$`);
        expect(wildcard(pattern)(value)).toBe(expression.test(value));
      }),
      { seed: 20_261_127, numRuns: 2000 },
    );
  });

  it('means what the regular expression means, on paths', () => {
    const pattern = fc.array(fc.constantFrom('**', '*', 'a', 'a*', 'b'), { minLength: 1, maxLength: 5 });
    const path = fc.array(fc.constantFrom('a', 'b', 'ab'), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(pattern, path, (segments, names) => {
        const source = segments.map((segment, index) => {
          const last = index === segments.length - 1;
          if (segment === '**') return last ? '.*' : '(?:[^/]*/)*';
          return segment.replaceAll('*', '[^/]*') + (last ? '' : '/');
        });
        const expected = new RegExp(`^${source.join('')}$`).test(names.join('/'));
        expect(pathWildcard(segments.join('/'))(names.join('/'))).toBe(expected);
      }),
      { seed: 20_261_127, numRuns: 3000 },
    );
  });
});
