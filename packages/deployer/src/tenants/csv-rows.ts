import type { Options } from 'csv-parse';
import type { Finding } from '../findings/finding.ts';
import { FORBIDDEN_KEYS } from '../documents/guards.ts';
import { type CsvColumn, csvDocument, type CsvRecord } from './csv-document.ts';
import { framed, plainRow, type Row } from './entry-of.ts';
import { type PlainCsv, plainCsv } from './plain-csv.ts';

/** What the parser calls back with. */
interface Parsed {
  readonly record: readonly string[];
  readonly raw: string;
}

/**
 * Rows of a table in CSV, as many at a time as a piece of the file holds: to wait for each of ten thousand would take
 * longer than to read them. The first row names the fields: `labels.tier` is a field of `labels`, and `limits:json` says
 * that the cells hold JSON. An empty cell says nothing.
 */
export async function* csvRows(
  file: string,
  chunks: AsyncIterable<string>,
  limits: { readonly rowBytes: number },
): AsyncIterable<readonly Row[]> {
  const table = openTable(file);
  const plain = plainCsv(limits);
  let parser: RecordParser | null = null;
  for await (const chunk of chunks) {
    if (parser === null) {
      const { records, rest } = plain.take(chunk);
      yield table.rows(records);
      if (rest !== null) parser = await openParser(file, plain, limits);
      if (rest !== null && parser !== null) yield table.rows(parser.take(rest));
    } else {
      yield table.rows(parser.take(chunk));
    }
    if (table.isRefused()) return;
  }
  const last = parser === null ? plain.end() : { records: [], rest: '' };
  yield table.rows(last.records);
  if (last.rest !== null) {
    parser ??= await openParser(file, plain, limits);
    yield table.rows([...parser.take(last.rest), ...(await parser.end())]);
    if (!table.isRefused()) yield parser.skipped;
  }
}

/** Cuts any text into records. */
interface RecordParser {
  take(text: string): readonly CsvRecord[];
  end(): Promise<readonly CsvRecord[]>;
  /** What could not be cut. */
  readonly skipped: readonly Row[];
}

/** A parser that goes on where plain text ended. */
async function openParser(
  file: string,
  plain: PlainCsv,
  limits: { readonly rowBytes: number },
): Promise<RecordParser> {
  let { line } = plain;
  const skipped: Row[] = [];
  const lined = (text: string): number => {
    const first = line;
    line += text.split('\n').length;
    return first;
  };
  // Called in the order of the text, before anything is buffered: the place to count lines.
  const onRecord = ({ record: cells, raw }: Parsed): CsvRecord => {
    const text = raw.replace(LINE_END, '');
    return { cells, text, line: lined(text) };
  };
  const { parse } = await import('csv-parse');
  const parser = parse({
    raw: true,
    relax_column_count: true,
    skip_records_with_error: true,
    max_record_size: limits.rowBytes,
    ...(plain.lineEnd === null ? {} : { record_delimiter: plain.lineEnd }),
    // The parser's types do not know what `raw` makes of a record.
    on_record: onRecord as unknown as NonNullable<Options['on_record']>,
    on_skip: (error, raw) => {
      skipped.push(broken(file, lined((raw ?? '').replace(LINE_END, '')), error?.message ?? ''));
      return undefined;
    },
  });
  // It is thrown where the rest is read.
  parser.on('error', () => undefined);
  return {
    skipped,
    take(text) {
      parser.write(text);
      const records: CsvRecord[] = [];
      for (let record = nextOf(parser); record !== null; record = nextOf(parser)) records.push(record);
      return records;
    },
    async end() {
      parser.end();
      const records: CsvRecord[] = [];
      for await (const record of parser as AsyncIterable<CsvRecord>) records.push(record);
      return records;
    },
  };
}

const LINE_END = /\r?\n?$/;

function nextOf(parser: { read(): unknown }): CsvRecord | null {
  return parser.read() as CsvRecord | null;
}

/** Makes rows of records; the first record is the header, and nothing is read after one that is wrong. */
function openTable(file: string): {
  readonly rows: (records: readonly CsvRecord[]) => readonly Row[];
  readonly isRefused: () => boolean;
} {
  let columns: readonly CsvColumn[] | null = null;
  let refused = false;
  const rowsOf = (record: CsvRecord): readonly Row[] => {
    // Cut once: a plain record cuts its line whenever it is asked.
    const { cells } = record;
    if (refused || (cells.length === 1 && cells[0] === '')) return [];
    if (columns !== null) return [rowOf(file, columns, { record, cells })];
    const header = readHeader(file, record);
    if (!('findings' in header)) {
      ({ columns } = header);
      return [];
    }
    refused = true;
    const { findings } = header;
    return [{ document: null, findings, again: () => ({ document: null, findings: [] }) }];
  };
  return { rows: (records) => records.flatMap(rowsOf), isRefused: () => refused };
}

function rowOf(
  file: string,
  columns: readonly CsvColumn[],
  { record, cells }: { readonly record: CsvRecord; readonly cells: readonly string[] },
): Row {
  if (cells.length === columns.length && columns.every(isText)) {
    return plainRow(cells[columns.findIndex(isTenantId)], () => csvDocument(file, columns, record));
  }
  const document = csvDocument(file, columns, record);
  const surplus = cells.length - columns.length;
  const findings = [...document.findings];
  if (surplus !== 0) {
    const place = document.cellPlace(surplus > 0 ? columns.length : cells.length - 1);
    findings.unshift({
      severity: 'error',
      code: 'column-count',
      path: '',
      place,
      message: `The row has ${cells.length} cells, but ${file} has ${columns.length} columns.`,
      hint:
        surplus > 0
          ? 'Remove the extra cell, or put text with a comma between double quotes.'
          : 'Add the missing cell; an empty one says nothing.',
    });
  }
  const unusable = findings.length > 0;
  const placed = findings.map((finding) => framed(finding, document));
  return unusable
    ? { document: null, findings: placed, again: () => ({ document: null, findings: placed }) }
    : {
        document,
        findings: [],
        again: () => ({ document: csvDocument(file, columns, record), findings: [] }),
      };
}

const isText = ({ json }: CsvColumn): boolean => !json;
const isTenantId = ({ path }: CsvColumn): boolean => path.length === 1 && path[0] === 'tenantId';

function readHeader(
  file: string,
  record: CsvRecord,
): { readonly columns: readonly CsvColumn[] } | { readonly findings: readonly Finding[] } {
  const seen = new Set<string>();
  const findings: Finding[] = [];
  const { cellPlace } = csvDocument(file, [], record);
  const columns = record.cells.map((cell, index): CsvColumn => {
    const json = cell.trim().endsWith(':json');
    const name = json ? cell.trim().slice(0, -':json'.length) : cell.trim();
    const path = name.split('.');
    const wrong = seen.has(name)
      ? 'stands twice in the header'
      : path.some((part) => part === '' || FORBIDDEN_KEYS.has(part))
        ? 'does not name a field'
        : [...seen].some((other) => other.startsWith(`${name}.`) || name.startsWith(`${other}.`))
          ? 'is a part of another column'
          : null;
    seen.add(name);
    if (wrong !== null) {
      findings.push({
        severity: 'error',
        code: 'column',
        path: name,
        place: cellPlace(index),
        message: `The column ${JSON.stringify(cell.slice(0, 64))} ${wrong}.`,
        hint: 'Name each column once, by the field it fills: tenantId, accountId, labels.tier.',
      });
    }
    return { path, json };
  });
  if (!seen.has('tenantId')) {
    findings.push({
      severity: 'error',
      code: 'column',
      path: 'tenantId',
      place: { file, line: record.line, column: 1 },
      message: `${file} has no column \`tenantId\`.`,
      hint: 'The first row names the fields; `tenantId` must be among them.',
    });
  }
  return findings.length > 0 ? { findings } : { columns };
}

function broken(file: string, line: number, message: string): Row {
  const finding: Finding = {
    severity: 'error',
    code: 'syntax',
    path: '',
    place: { file, line, column: 1 },
    message: `${file} cannot be parsed here: ${message.split(/[:.]/)[0] ?? ''}.`,
    hint: 'Put text with quotes or commas between double quotes, and write a quote inside it twice.',
  };
  return { document: null, findings: [finding], again: () => ({ document: null, findings: [finding] }) };
}
