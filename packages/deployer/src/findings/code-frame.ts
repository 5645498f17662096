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
    const { from, to } = shownPart(line, number === place.line ? place : { column: 1 });
    const shown = `${from > 0 ? '...' : ''}${line.slice(from, to)}${to < line.length ? '...' : ''}`;
    frame.push(`${mark} ${String(number).padStart(width)} | ${shown}`.trimEnd());
    // The underline must not point into text that was masked or cut.
    if (number !== place.line || place.column > to + 1) continue;
    const length = Math.max(1, Math.min(place.length ?? 1, to - place.column + 1));
    const indent = line.slice(from, place.column - 1).replaceAll(/[^\t]/g, ' ');
    frame.push(`  ${' '.repeat(width)} | ${from > 0 ? '   ' : ''}${indent}${'^'.repeat(length)}`);
  }
  return frame;
}

/** Characters of a line that are shown (with what stands before them they fit into 80 columns), of those before a place, and that are read to find secrets in them. */
const LINE_SHOWN = 70;
const BEFORE_SHOWN = 30;
const LINE_READ = 4_096;
/** Of the dots that stand for what is left out. */
const DOTS = 3;

/** The part of a line that is shown, from and up to and without: of a long one that around the place. */
function shownPart(
  line: string,
  { column, length = 1 }: Pick<SourcePlace, 'column' | 'length'>,
): { readonly from: number; readonly to: number } {
  if (line.length <= LINE_SHOWN) return { from: 0, to: line.length };
  const seams = seamsOf(line);
  const place = Math.min(column - 1, line.length);
  const fits = place + Math.min(length, BEFORE_SHOWN) <= LINE_SHOWN - DOTS;
  const wanted = fits ? 0 : place - BEFORE_SHOWN;
  const from =
    seams.find((seam) => seam >= wanted && seam <= place) ?? seams.findLast((seam) => seam <= place) ?? 0;
  const room = LINE_SHOWN - DOTS - (from > 0 ? DOTS : 0);
  if (line.length - from <= room + DOTS) return { from, to: line.length };
  return { from, to: seams.findLast((seam) => seam >= from && seam <= from + room) ?? from };
}

/**
 * Where a line may be cut: between its values, the beginning included. Half a value that is a secret would not be known for
 * one by whoever looks for secrets in what is printed. Behind a quotation mark that nothing closes there is none.
 */
function seamsOf(line: string): readonly number[] {
  const seams = [0];
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (quote !== '') {
      if (character === '\\') at += 1;
      else if (character === quote) {
        quote = '';
        seams.push(at + 1);
      }
    } else if (character === '"' || character === "'" || character === '`') {
      quote = character;
      seams.push(at);
    } else if (/[,;:={}[\]|\t]/.test(character)) seams.push(at, at + 1);
  }
  return seams;
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
