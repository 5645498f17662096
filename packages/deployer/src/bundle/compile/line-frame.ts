import { maskSecrets } from '../../security/secret-fields.ts';

/** A place in a line of text. `column` and `length` in characters, both from 1. */
export interface FramePlace {
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly lineText: string;
}

/** Longest line shown; minified sources have lines of megabytes. */
const WIDTH = 160;

/**
 * Two lines: the source line with its number, and what is meant in it underlined. What looks like a secret is masked.
 *
 * ```
 *   3 │ return new Response("never closed;
 *     ╵                     ^
 * ```
 */
export function lineFrame({ line, column, length, lineText }: FramePlace): string {
  const start = Math.max(0, column - 1 - WIDTH / 2);
  const shown = maskSecrets(lineText)
    .slice(start, start + WIDTH)
    .replaceAll('\t', ' ');
  const number = String(line);
  const offset = column - 1 - start;
  const marks = length > 1 ? '~'.repeat(Math.max(1, Math.min(length, shown.length - offset))) : '^';
  return [`  ${number} │ ${shown}`, `  ${' '.repeat(number.length)} ╵ ${' '.repeat(offset)}${marks}`].join(
    '\n',
  );
}
