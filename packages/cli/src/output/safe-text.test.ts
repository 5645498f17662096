import { createColors } from 'picocolors';
import { expect, test } from 'vitest';
import { safeJson } from '@cf-deploy/deployer/security';
import { safeText } from './safe-text.ts';

test.each([
  ['clearing the screen', 'a\u001b[2Jb', 'a\\x1b[2Jb'],
  ['renaming the window', '\u001b]0;x\u0007', '\\x1b]0;x\\x07'],
  ['writing over the line', 'failed\rdone', 'failed\\x0ddone'],
  ['erasing', 'ab\u0008', 'ab\\x08'],
  ['the eight-bit escape', '\u009b2J', '\\x9b2J'],
  ['turning the direction of writing', 'a\u202eb', 'a\\u202eb'],
  ['hiding text', '\u001b[8mx', '\\x1b[8mx'],
])('%s is written out', (_, text, shown) => {
  expect([safeText(text, true), safeText(text, false)]).toEqual([shown, shown]);
});

test('lines, tabs and letters of any script stay', () => {
  expect(safeText('a\r\n\tß 日本 ✓ 👍', false)).toBe('a\n\tß 日本 ✓ 👍');
});

test('our own colours stay when colours are on, and only then', () => {
  const { bold, dim, red, green, yellow, cyan } = createColors(true);
  const text = [bold, dim, red, green, yellow, cyan].map((paint) => paint('x')).join('');
  expect(safeText(text, true)).toBe(text);
  expect(safeText(red('x'), false)).toBe('\\x1b[31mx\\x1b[39m');
});

test.each([
  ['::set-output name=x::y', '\\x3a:set-output name=x::y'],
  ['said:\n  ::error::gone', 'said:\n  \\x3a:error::gone'],
  ['a ##[add-mask]b', 'a \\x23#[add-mask]b'],
  ['##vso[task.setvariable variable=x]y', '\\x23#vso[task.setvariable variable=x]y'],
  ['next\u0085line\u2028and', 'next\\x85line\\u2028and'],
  ['zero\u200bwidth', 'zero\\u200bwidth'],
  ['tag\u{e0041}', 'tag\\u{e0041}'],
])('a log of CI does not act on %j', (text, shown) => {
  expect(safeText(text, false)).toBe(shown);
});

test('ordinary colons and headings stay', () => {
  const text = 'std::vector\n## Title\na :: b';
  expect(safeText(text, true)).toBe(text);
});

test('strings in JSON act on nothing and mean the same', () => {
  const value = { text: 'a\u202eb\u009bc\u{e0041}d ##[group]e ##vso[x]', '\u2066key': '\u007f' };
  const json = safeJson(JSON.stringify(value, null, 2));
  expect(json).toMatch(/^[\n\x20-\x7e]*$/);
  expect(json).not.toMatch(/##[a-z]*\[/);
  expect(JSON.parse(json)).toEqual(value);
});
