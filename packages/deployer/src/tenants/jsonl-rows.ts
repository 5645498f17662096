import { readJsonc } from '../documents/read-jsonc.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import type { Finding } from '../findings/finding.ts';
import { type Row, framed } from './entry-of.ts';
import type { ReadDefinition } from './tenant-source.ts';
import { isObject, type Json } from '../json.ts';

/** Rows of a table of JSON objects, one on each line. Empty lines are passed over. */
export async function* jsonlRows(
  file: string,
  lines: AsyncIterable<readonly string[]>,
): AsyncIterable<readonly Row[]> {
  let before = 0;
  for await (const some of lines) {
    const first = before + 1;
    before += some.length;
    yield some.flatMap((text, index) => (text.trim() === '' ? [] : [readLine(file, text, first + index)]));
  }
}

function readLine(file: string, text: string, line: number): Row {
  const again = (): ReadDefinition => readRow(file, text, line);
  const id = plainId(text);
  if (id === null) return { ...again(), again };
  return {
    id,
    findings: [],
    again,
    get document() {
      return again().document;
    },
  };
}

/** So many brackets are surely not nested too deep. */
const FEW = 24;

/**
 * The tenant id of a line that JSON itself can read and that says it once: what else may be wrong with it is found when
 * somebody looks into it. Null for any other line.
 */
function plainId(text: string): string | null {
  const at = text.indexOf('"tenantId"');
  if (at === -1 || text.includes('"tenantId"', at + 1) || text.includes('\\')) return null;
  if ((text.match(/[{[]/g)?.length ?? 0) > FEW) return null;
  try {
    const value = JSON.parse(text) as Json;
    const id = isObject(value) && Object.hasOwn(value, 'tenantId') ? value['tenantId'] : null;
    return typeof id === 'string' ? id : null;
  } catch {
    return null;
  }
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
