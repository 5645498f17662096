import { createColors } from 'picocolors';
import { expect, test } from 'vitest';
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
