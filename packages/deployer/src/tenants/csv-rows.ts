import type { Options } from 'csv-parse';
import { Readable } from 'node:stream';
import type { Finding } from '../findings/finding.ts';
import { FORBIDDEN_KEYS } from '../documents/guards.ts';
import { type CsvColumn, csvDocument, type CsvRecord } from './csv-document.ts';
import { framed, type Row } from './entry-of.ts';

/** What the parser calls back with. */
interface Parsed {
  readonly record: readonly string[];
  readonly raw: string;
}

/**
 * Rows of a table in CSV. The first row names the fields: `labels.tier` is a field of `labels`, and `limits:json` says
 * that the cells hold JSON. An empty cell says nothing.
 */
export async function* csvRows(
  file: string,
  chunks: AsyncIterable<string>,
  limits: { readonly rowBytes: number },
): AsyncIterable<Row> {
  let line = 1;
  const skipped: Row[] = [];
  const lined = (raw: string): number => {
    const first = line;
    line += raw.replace(/\r?\n?$/, '').split('\n').length;
    return first;
  };
  // Called in the order of the text, before anything is buffered: the place to count lines.
  const onRecord = (parsed: Parsed): CsvRecord => ({
    cells: parsed.record,
    text: parsed.raw.replace(/\r?\n?$/, ''),
    line: lined(parsed.raw),
  });
  const { parse } = await import('csv-parse');
  const parser = Readable.from(chunks).pipe(
    parse({
      bom: true,
      raw: true,
      relax_column_count: true,
      skip_records_with_error: true,
      max_record_size: limits.rowBytes,
      // The parser's types do not know what `raw` makes of a record.
      on_record: onRecord as unknown as NonNullable<Options['on_record']>,
      on_skip: (error, raw) => {
        skipped.push(broken(file, lined(raw ?? ''), error?.message ?? ''));
        return undefined;
      },
    }),
  );
  let columns: readonly CsvColumn[] | null = null;
  for await (const record of parser as AsyncIterable<CsvRecord>) {
    if (record.cells.length === 1 && record.cells[0] === '') continue;
    if (columns !== null) {
      yield rowOf(file, columns, record);
      continue;
    }
    const header = readHeader(file, record);
    if ('findings' in header) {
      yield { document: null, findings: header.findings, again: () => ({ document: null, findings: [] }) };
      parser.destroy();
      return;
    }
    ({ columns } = header);
  }
  yield* skipped;
}

function rowOf(file: string, columns: readonly CsvColumn[], record: CsvRecord): Row {
  const document = csvDocument(file, columns, record);
  const surplus = record.cells.length - columns.length;
  const findings = [...document.findings];
  if (surplus !== 0) {
    const place = document.cellPlace(surplus > 0 ? columns.length : record.cells.length - 1);
    findings.unshift({
      severity: 'error',
      code: 'column-count',
      path: '',
      place,
      message: `The row has ${record.cells.length} cells, but ${file} has ${columns.length} columns.`,
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
