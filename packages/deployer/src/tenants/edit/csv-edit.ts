import { isObject, type Json, type JsonObject } from '../../json.ts';
import { behind, notEditable, type TableEdit } from './edit-text.ts';

/** A row and where it stands in the text. */
interface RawRow {
  readonly cells: readonly string[];
  readonly raw: string;
  readonly start: number;
}

/** Edits of a CSV table. */
export function csvEdit(file: string): TableEdit {
  const find = (text: string, id: string): { readonly header: RawRow; readonly row: RawRow } => {
    const [header, ...rows] = rowsOf(file, text);
    const at = header?.cells.findIndex((cell) => cell.trim() === 'tenantId') ?? -1;
    const row = rows.find(({ cells }) => cells[at] === id);
    if (header === undefined || row === undefined) throw noRow(file, id);
    return { header, row };
  };
  return {
    append(text, definition) {
      const [header] = rowsOf(file, text);
      if (header === undefined)
        throw notEditable(`${file} has no header.`, 'Write its first row: tenantId,accountId');
      return behind(text, rowText(file, header.cells, definition));
    },
    remove(text, id) {
      const { row } = find(text, id);
      return text.slice(0, row.start) + text.slice(row.start + row.raw.length);
    },
    set(text, id, { tenantId, ...fields }) {
      // The id last, by which the row is found.
      const all = [...Object.entries(fields), ...(tenantId === undefined ? [] : [['tenantId', tenantId]])];
      return all.reduce((now, [path = '', value = '']) => {
        const { header, row } = find(now, id);
        const [start, end] = cellRange(row.raw, columnOf(file, header.cells, path));
        return now.slice(0, row.start + start) + cellText(value) + now.slice(row.start + end);
      }, text);
    },
  };
}

/** Every record with its own text, line ending included. A line end between quotes belongs to its cell. */
function rowsOf(file: string, text: string): readonly RawRow[] {
  const rows: RawRow[] = [];
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  let quoted = false;
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '"') quoted = !quoted;
    const isLast = at === text.length - 1;
    if ((text[at] !== '\n' || quoted) && !isLast) continue;
    const raw = text.slice(start, at + 1);
    rows.push({ cells: cellsOf(raw), raw, start });
    start = at + 1;
  }
  if (quoted) throw notEditable(`${file} has a quote that is not closed.`, 'Correct it first.');
  return rows.filter(({ cells }) => cells.length > 1 || cells[0] !== '');
}

function cellsOf(raw: string): readonly string[] {
  const text = raw.replace(/\r?\n$/, '');
  const cells: string[] = [];
  for (let index = 0, end = -1; end < text.length; index += 1) {
    const [from, to] = cellRange(raw, index);
    end = to;
    const cell = text.slice(from, to);
    cells.push(/^".*"$/s.test(cell) ? cell.slice(1, -1).replaceAll('""', '"') : cell);
  }
  return cells;
}

function columnOf(file: string, header: readonly string[], path: string): number {
  const index = header.findIndex((cell) => cell.trim().replace(/:json$/, '') === path);
  if (index !== -1) return index;
  throw notEditable(
    `${file} has no column \`${path}\`.`,
    'Add the column to its first row, and a cell to every other.',
  );
}

function rowText(file: string, header: readonly string[], definition: JsonObject): string {
  const columns = header.map((cell) => cell.trim());
  const used = new Set<string>();
  const cells = columns.map((column) => {
    const json = column.endsWith(':json');
    const path = json ? column.slice(0, -':json'.length) : column;
    const value = valueAt(definition, path);
    if (value === undefined) return '';
    used.add(path);
    return json ? JSON.stringify(value) : String(value);
  });
  const [left] = leaves(definition, '').filter(
    (path) => ![...used].some((column) => path === column || path.startsWith(`${column}.`)),
  );
  if (left !== undefined) columnOf(file, header, left);
  return cells.map(cellText).join(',');
}

function valueAt(value: Json, path: string): Json | undefined {
  return path
    .split('.')
    .reduce<Json | undefined>(
      (at, part) => (isObject(at) && Object.hasOwn(at, part) ? at[part] : undefined),
      value,
    );
}

function leaves(value: Json | undefined, path: string): readonly string[] {
  if (!isObject(value)) return [path];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, path === '' ? key : `${path}.${key}`));
}

function cellText(value: string): string {
  return /[",\r\n]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Where a cell stands in the text of its record. */
function cellRange(raw: string, wanted: number): readonly [number, number] {
  const text = raw.replace(/\r?\n$/, '');
  let index = 0;
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    if (character !== ',' || quoted) continue;
    if (index === wanted) return [start, at];
    index += 1;
    start = at + 1;
  }
  return [start, text.length];
}

function noRow(file: string, id: string) {
  return notEditable(`${file} has no row of ${id} that can be found.`, 'Edit it by hand.');
}
