import { describe, expect, it } from 'vitest';
import { readJsonc } from './read-jsonc.ts';

const read = (text: string): ReturnType<typeof readJsonc> => readJsonc('wrangler.jsonc', text);

describe('reading JSON with comments', () => {
  it('takes comments, trailing commas and a byte order mark’s absence', () => {
    const { document, findings } = read('{\n  // a\n  "a": [1, 2,], /* b */ "b": "//",\n}');
    expect(document.value).toEqual({ a: [1, 2], b: '//' });
    expect(findings).toEqual([]);
  });

  it('knows where every key and value stands', () => {
    const { document } = read('{\n  "a": [\n    { "b": "text" }\n  ]\n}');
    expect(document.place(['a', 0, 'b'])).toEqual({ file: 'wrangler.jsonc', line: 3, column: 12, length: 6 });
    expect(document.place(['a', 0, 'b'], 'key')).toEqual({
      file: 'wrangler.jsonc',
      line: 3,
      column: 7,
      length: 3,
    });
  });

  it('places what is missing at the nearest parent', () => {
    const { document } = read('{\n  "a": { "b": 1 }\n}');
    expect(document.place(['a', 'c', 'd'])).toMatchObject({ line: 2, column: 3, length: 3 });
    expect(document.place(['x'])).toMatchObject({ line: 1, column: 1, length: 1 });
  });

  it('counts columns after Windows line ends from the start of the line', () => {
    expect(read('{\r\n  "a": 1\r\n}').document.place(['a'])).toMatchObject({ line: 2, column: 8 });
  });

  it.each([
    ['{ "a": 1 "b": 2 }', 'comma expected'],
    ['{ "a" 1 }', 'colon expected'],
    ['{ "a": }', 'value expected'],
    ['{ "a": "x }', 'unexpected end of string'],
    ['{ a: 1 }', 'invalid symbol'],
    ['{} {}', 'end of file expected'],
    ['', 'value expected'],
  ])('says what is wrong with %s', (text, problem) => {
    const { findings } = read(text);
    expect(findings[0]).toMatchObject({ severity: 'error', code: 'syntax', place: { line: 1 } });
    expect(findings.map(({ message }) => message).join()).toContain(problem);
  });

  it('ends on an unclosed comment', () => {
    expect(read('{}\n/*').findings[0]).toMatchObject({ code: 'syntax', place: { line: 2 } });
  });

  it('refuses a key that is written twice', () => {
    expect(read('{ "a": 1, "a": 2 }').findings).toMatchObject([
      { code: 'duplicate-key', path: 'a', place: { column: 11 } },
    ]);
  });

  it('refuses __proto__ and leaves prototypes alone', () => {
    const { document, findings } = read('{ "a": { "__proto__": { "polluted": true } } }');
    expect(findings).toMatchObject([{ code: 'forbidden-key', path: 'a.__proto__' }]);
    expect((document.value as { a: { polluted?: boolean } }).a.polluted).toBeUndefined();
    expect(Object.getPrototypeOf((document.value as { a: object }).a)).toBe(Object.prototype);
  });

  it('refuses nesting beyond the limit, however deep, without recursing', () => {
    const { findings } = read('['.repeat(500_000));
    expect(findings).toMatchObject([{ code: 'nesting-too-deep', place: { line: 1, column: 65 } }]);
  });

  it('does not count brackets in strings and comments', () => {
    expect(read(`{ "a": "${'['.repeat(100)}" } // ${'{'.repeat(100)}`).findings).toEqual([]);
  });
});
