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
    frame.push(`${mark} ${String(number).padStart(width)} | ${clip(line)}`.trimEnd());
    if (number !== place.line || place.column > LINE_SHOWN) continue;
    // The underline must not point into text that was masked or cut.
    const length = Math.max(1, Math.min(place.length ?? 1, line.length - place.column + 1));
    const indent = line.slice(0, place.column - 1).replaceAll(/[^\t]/g, ' ');
    frame.push(`  ${' '.repeat(width)} | ${clip(indent + '^'.repeat(length))}`);
  }
  return frame;
}

/** Characters of a line that are shown, and that are read to find secrets in them. */
const LINE_SHOWN = 160;
const LINE_READ = 4_096;

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

function clip(line: string): string {
  return line.length > LINE_SHOWN ? `${line.slice(0, LINE_SHOWN - 3)}...` : line;
}
