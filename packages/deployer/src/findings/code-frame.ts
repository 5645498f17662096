import type { SourcePlace } from './finding.ts';
import { maskSecrets } from '../security/secret-fields.ts';

/**
 * The lines around a place, with the place underlined. Values that look like secrets are replaced by stars.
 *
 * ```
 *   3 |   "main": "src/index.ts",
 * > 4 |   "compat_date": "2026-02-01"
 *     |   ^^^^^^^^^^^^^
 * ```
 *
 * @param text the whole file, or a part of it
 * @param context lines shown before and after. @default 1
 * @param firstLine line of the file at which the text begins. @default 1
 */
export function codeFrame(text: string, place: SourcePlace, context = 1, firstLine = 1): readonly string[] {
  const lines = linesAround(text, place.line - firstLine + 1, context).map((found) => ({
    ...found,
    number: found.number + firstLine - 1,
  }));
  const last = lines.at(-1)?.number ?? place.line;
  const width = String(last).length;
  const frame: string[] = [];
  for (const { number, line: original } of lines) {
    // What is cut off is not looked at either: a file may be one line of a megabyte.
    const line = maskSecrets(original.slice(0, LINE_READ));
    const mark = number === place.line ? '>' : ' ';
    const from = number === place.line ? firstShown(line, place) : 0;
    frame.push(`${mark} ${String(number).padStart(width)} | ${clip(line, from)}`.trimEnd());
    // The underline must not point into text that was masked or cut.
    if (number !== place.line || place.column > line.length + 1) continue;
    const end = Math.min(line.length, from + LINE_SHOWN - 3);
    const length = Math.max(1, Math.min(place.length ?? 1, end - place.column + 1));
    const indent = line.slice(from, place.column - 1).replaceAll(/[^\t]/g, ' ');
    frame.push(`  ${' '.repeat(width)} | ${from > 0 ? '   ' : ''}${indent}${'^'.repeat(length)}`);
  }
  return frame;
}

/** Characters of a line that are shown (with what stands before them they fit into 80 columns), of those before a place, and that are read to find secrets in them. */
const LINE_SHOWN = 70;
const BEFORE_SHOWN = 30;
const LINE_READ = 4_096;

/** Where the part of a line begins that is shown: of a long one the part around the place. */
function firstShown(line: string, { column, length = 1 }: SourcePlace): number {
  const end = column - 1 + Math.min(length, BEFORE_SHOWN);
  if (end <= LINE_SHOWN - 3 || column > line.length + 1) return 0;
  return Math.max(0, column - 1 - BEFORE_SHOWN);
}

/** The line of that number, counted from 1, and those around it. A line end at the end of the text begins no line. */
function linesAround(
  text: string,
  line: number,
  context: number,
): readonly { readonly number: number; readonly line: string }[] {
  const found: { readonly number: number; readonly line: string }[] = [];
  let start = 0;
  for (let number = 1; number <= line + context && start <= text.length; number += 1) {
    const next = text.indexOf('\n', start);
    const end = next === -1 ? text.length : next;
    if (start === text.length && number > 1) break;
    if (number >= line - context) found.push({ number, line: text.slice(start, end).replace(/\r$/, '') });
    start = end + 1;
  }
  return found;
}

function clip(line: string, from: number): string {
  const rest = `${from > 0 ? '...' : ''}${line.slice(from)}`;
  return rest.length > LINE_SHOWN ? `${rest.slice(0, LINE_SHOWN - 3)}...` : rest;
}
