import { readJsonc } from '../documents/read-jsonc.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import type { Finding } from '../findings/finding.ts';
import { type Row, framed } from './entry-of.ts';
import type { ReadDefinition } from './tenant-source.ts';
import { isObject } from '../json.ts';

/** Rows of a table of JSON objects, one on each line. Empty lines are passed over. */
export async function* jsonlRows(file: string, lines: AsyncIterable<string>): AsyncIterable<Row> {
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (text.trim() === '') continue;
    yield readLine(file, text, line);
  }
}

function readLine(file: string, text: string, line: number): Row {
  const again = (): ReadDefinition => readRow(file, text, line);
  return { ...again(), again };
}

/** Reads one line with the places it has in the file. */
function readRow(file: string, text: string, line: number): ReadDefinition {
  const { document: alone, findings } = readJsonc(file, text);
  const shift = <T extends { readonly line: number }>(place: T): T => ({
    ...place,
    line: place.line + line - 1,
  });
  const document: SourceDocument = {
    ...alone,
    firstLine: line,
    place: (path, what) => shift(alone.place(path, what)),
  };
  const placed = findings.map((finding): Finding =>
    framed(finding.place === undefined ? finding : { ...finding, place: shift(finding.place) }, document),
  );
  const broken = placed.some(({ code }) => code === 'syntax' || code === 'nesting-too-deep');
  if (broken) return { document: null, findings: placed.slice(0, 1) };
  if (isObject(document.value)) return { document, findings: placed };
  const finding: Finding = {
    severity: 'error',
    code: 'syntax',
    path: '',
    place: document.place([]),
    message: `Each line of ${file} must hold one object.`,
    hint: 'Put the tenant between { and }.',
  };
  return { document: null, findings: [framed(finding, document)] };
}
