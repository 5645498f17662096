import { safeText } from './safe-text.ts';
import type { Style } from './style.ts';

/** A line as a terminal gets it: harmless, and wrapped between words where it is longer than the terminal is wide. */
export function screenLine(text: string, { color, fit }: Pick<Style, 'color' | 'fit'>): string {
  const safe = safeText(text, color);
  if (fit === Infinity) return safe;
  const lines = safe.split('\n').map((line) => wrapped(line, fit));
  // Again: what was inside a line may be at the beginning of one now.
  return safeText(lines.join('\n'), color);
}

// oxlint-disable-next-line no-control-regex -- the colours that style.ts writes
const COLOUR = /\u001b\[\d{1,3}m/g;
/** Lines of a code frame: an underline under the wrong word is worse than a line that is too long. */
const FRAME = /^ {0,20}>? {0,10}\d{0,9} \|/;
/** Of a line that goes on below; more than the line itself, but not so much that there is no room left. */
const FURTHER = 2;
const DEEPEST = 24;

/**
 * Wraps a line between words; what goes on stands further in. A word that is longer than the terminal is wide (a URL, a
 * version) stays whole, so that it can be copied. Linear in the length of the line. Pure.
 * @param width columns; Infinity where nothing wraps, as in a pipe
 */
export function wrapped(line: string, width: number): string {
  if (lengthOf(line) <= width || FRAME.test(line.replaceAll(COLOUR, ''))) return line;
  const indent = (/^ */.exec(line)?.[0].length ?? 0) + FURTHER;
  const further = `\n${' '.repeat(Math.min(indent, DEEPEST))}`;
  let text = '';
  let column = 0;
  let gap = '';
  let begun = false;
  for (const piece of line.split(/( +)/)) {
    if (/^ +$/.test(piece)) {
      gap = piece;
      continue;
    }
    const length = lengthOf(piece);
    if (begun && column + gap.length + length > width) {
      text += further + piece;
      column = further.length - 1 + length;
    } else {
      text += gap + piece;
      column += gap.length + length;
    }
    gap = '';
    begun ||= piece !== '';
  }
  return text;
}

function lengthOf(text: string): number {
  return text.replaceAll(COLOUR, '').length;
}
