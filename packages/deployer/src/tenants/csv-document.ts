import type { SourceDocument } from '../documents/source-document.ts';
import type { Finding, SourcePlace } from '../findings/finding.ts';
import { formatPath, type DocumentPath } from '../findings/format-path.ts';
import type { Json } from '../json.ts';

/** A column: the field it fills, and whether its cells hold JSON instead of text. */
export interface CsvColumn {
  readonly path: DocumentPath;
  readonly json: boolean;
}

/** A row as the parser gives it. */
export interface CsvRecord {
  readonly cells: readonly string[];
  readonly text: string;
  /** At which it begins. */
  readonly line: number;
}

/** A row of a CSV table as a document: each column is a path. */
export interface CsvDocument extends SourceDocument {
  /** Where the cell of a column stands. */
  readonly cellPlace: (index: number) => SourcePlace;
  readonly findings: readonly Finding[];
}

/** Makes the document of a row. Places are found when they are asked for: most rows are never complained about. */
export function csvDocument(file: string, columns: readonly CsvColumn[], record: CsvRecord): CsvDocument {
  const cellPlace = (index: number): SourcePlace => placeOf(file, record, index);
  const value: Record<string, Json | undefined> = {};
  const findings: Finding[] = [];
  columns.forEach((column, index) => {
    const cell = record.cells[index] ?? '';
    if (cell === '') return;
    const parsed = column.json ? parseJson(cell) : { value: cell };
    if (parsed !== null) return assign(value, column.path, parsed.value);
    findings.push({
      severity: 'error',
      code: 'syntax',
      path: formatPath(column.path),
      place: cellPlace(index),
      message: `The cell of \`${formatPath(column.path)}\` is not JSON, as its column says.`,
      hint: 'Correct the JSON, or take `:json` off the column.',
    });
  });
  return {
    file,
    text: record.text,
    firstLine: record.line,
    value,
    findings,
    cellPlace,
    place: (path) => cellPlace(nearestColumn(columns, path)),
  };
}

/** The column that fills this path, lies above it, or lies below it; else the first. */
function nearestColumn(columns: readonly CsvColumn[], path: readonly (string | number)[]): number {
  const begins = (long: readonly (string | number)[], short: readonly (string | number)[]): boolean =>
    short.every((part, index) => long[index] === part);
  const above = columns.findIndex((column) => begins(path, column.path));
  if (above !== -1) return above;
  const below = columns.findIndex((column) => path.length > 0 && begins(column.path, path));
  return Math.max(0, below);
}

function assign(
  target: Record<string, Json | undefined>,
  path: readonly (string | number)[],
  value: Json | undefined,
): void {
  let at = target;
  for (const part of path.slice(0, -1)) {
    const next = Object.hasOwn(at, part) ? at[part] : undefined;
    const object =
      typeof next === 'object' && next !== null ? (next as Record<string, Json | undefined>) : {};
    at[part] = object;
    at = object;
  }
  at[String(path.at(-1))] = value;
}

function parseJson(text: string): { readonly value: Json | undefined } | null {
  try {
    return {
      value: JSON.parse(text, (key, item: Json | undefined) => (key === '__proto__' ? undefined : item)),
    };
  } catch {
    return null;
  }
}

/** Walks over the text as written: quotes and line ends count for places, though not for values. */
function placeOf(file: string, { text, line, cells }: CsvRecord, wanted: number): SourcePlace {
  let index = 0;
  let start = 0;
  let row = line;
  let rowStart = 0;
  let startRow = row;
  let startColumn = 1;
  let quoted = false;
  for (let at = 0; at < text.length && index < wanted; at += 1) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    if (character === '\n') {
      row += 1;
      rowStart = at + 1;
    }
    if (character !== ',' || quoted) continue;
    index += 1;
    start = at + 1;
    startRow = row;
    startColumn = start - rowStart + 1;
  }
  const length = Math.max(1, (cells[index] ?? '').length + (text[start] === '"' ? 2 : 0));
  return { file, line: startRow, column: startColumn, length };
}
