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
  const lines = text.replace(/\r?\n$/, '').split('\n');
  const first = Math.max(firstLine, place.line - context);
  const last = Math.min(firstLine + lines.length - 1, place.line + context);
  const width = String(last).length;
  const frame: string[] = [];
  for (let number = first; number <= last; number += 1) {
    const original = (lines[number - firstLine] ?? '').replace(/\r$/, '');
    const line = maskSecrets(original);
    const mark = number === place.line ? '>' : ' ';
    frame.push(`${mark} ${String(number).padStart(width)} | ${clip(line)}`.trimEnd());
    if (number !== place.line) continue;
    // The underline must not point into text that was masked or cut.
    const length = Math.max(1, Math.min(place.length ?? 1, line.length - place.column + 1));
    const indent = line.slice(0, place.column - 1).replaceAll(/[^\t]/g, ' ');
    if (place.column <= 160) frame.push(`  ${' '.repeat(width)} | ${clip(indent + '^'.repeat(length))}`);
  }
  return frame;
}

function clip(line: string): string {
  return line.length > 160 ? `${line.slice(0, 157)}...` : line;
}
