import { expect, test } from 'vitest';
import { screenLine, wrapped } from './screen-line.ts';
import { cpuMs } from '../../../deployer/test/support/cpu-ms.ts';

const LINE = '  hint Add --env=<name>, or set CLOUDFLARE_ENV; --env "" means the top level.';

test('a long line is wrapped between words, and what goes on stands further in', () => {
  expect(wrapped(LINE, 40).split('\n')).toEqual([
    '  hint Add --env=<name>, or set',
    '    CLOUDFLARE_ENV; --env "" means the',
    '    top level.',
  ]);
});

test.each([LINE.length, Infinity])('a line that fits into %d columns stays as it is', (width) => {
  expect(wrapped(LINE, width)).toBe(LINE);
});

test('a word that is wider than the terminal stays whole, so that it can be copied', () => {
  const url = `https://${'a'.repeat(60)}.workers.dev`;
  expect(wrapped(`  url      ${url} healthy`, 40).split('\n')).toEqual([
    '  url',
    `    ${url}`,
    '    healthy',
  ]);
});

test('colours take no room', () => {
  const line = '\u001b[31merror\u001b[39m \u001b[2mUSAGE\u001b[22m no';
  expect(wrapped(line, 14)).toBe(line);
  expect(wrapped(line, 11)).toBe(line.replace(' no', '\n  no'));
});

test('a code frame is left alone, because its underline points up', () => {
  const frame = '  > 12 | "name": "a name that is longer than the terminal is wide"';
  expect(wrapped(frame, 30)).toBe(frame);
});

test('every word is kept, in any width', () => {
  for (let width = 1; width < 100; width += 1)
    expect(wrapped(LINE, width).split(/\s+/)).toEqual(LINE.split(/\s+/));
});

test('a line of a megabyte takes no time', () => {
  const line = 'word '.repeat(200_000);
  const took = cpuMs(() => [wrapped(line, 80), wrapped(' '.repeat(1_000_000), 80)]);
  expect(took).toBeLessThan(1_500);
});

test('what acts on a terminal is written out first, and lines of their own stay lines', () => {
  expect(screenLine('a\u001b[2J b\n::set-env', { color: false, fit: 6 })).toBe(
    'a\\x1b[2J\n  b\n\\x3a:set-env',
  );
  expect(screenLine('a word ::set-env', { color: false, fit: 8 })).toBe('a word\n  \\x3a:set-env');
});
