import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../findings/finding.ts';
import { entriesOf, type Row } from './entry-of.ts';
import {
  SOURCE_LIMITS,
  type SourceLimits,
  type SourceProblem,
  type TenantEntry,
  type TenantSource,
} from './tenant-source.ts';

/** Names a table may have, at the root of the project. */
export const TABLE_FILES = ['tenants.jsonl', 'tenants.csv', 'tenants.yaml', 'tenants.yml'] as const;

/** The tenants of a table, one row each, read as a stream. */
export function tableSource(
  rootDir: string,
  file: string,
  limits: SourceLimits = SOURCE_LIMITS,
): TenantSource {
  return { name: file, entries: () => readTable(join(rootDir, file), file, limits) };
}

async function* readTable(
  path: string,
  file: string,
  limits: SourceLimits,
): AsyncIterable<TenantEntry | SourceProblem> {
  const before = await fingerprint(path);
  if (before === null || before.size > limits.tableBytes) {
    const why = before === null ? 'cannot be read' : `is larger than ${limits.tableBytes} bytes`;
    yield tableProblem(file, 'file-unreadable', `${file} ${why}.`, 'Check the file and its permissions.');
    return;
  }
  let count = 0;
  try {
    for await (const row of await rowsOf(path, file, limits)) {
      count += 1;
      if (count > limits.tenants) {
        yield tableProblem(
          file,
          'too-many-tenants',
          `${file} has more than ${limits.tenants} rows.`,
          'Split the project.',
        );
        return;
      }
      yield* entriesOf(row, 'table');
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    yield tableProblem(file, 'file-unreadable', `${file} cannot be read: ${reason}.`, 'Check the file.');
    return;
  }
  const after = await fingerprint(path);
  if (
    after === null ||
    after.size !== before.size ||
    after.time !== before.time ||
    after.node !== before.node
  ) {
    yield tableProblem(
      file,
      'table-changed',
      `${file} was changed while it was read, so its rows may belong to two states.`,
      'Run the command again when nobody writes to it.',
    );
  }
}

/** Each format's reader is loaded when there is such a table: a parser of YAML is large. */
async function rowsOf(path: string, file: string, limits: SourceLimits): Promise<AsyncIterable<Row>> {
  const read = await readerOf(file);
  return read(file, checkedText(createReadStream(path, { encoding: 'utf8' })), limits);
}

type RowReader = (file: string, text: AsyncIterable<string>, limits: SourceLimits) => AsyncIterable<Row>;

async function readerOf(file: string): Promise<RowReader> {
  if (file.endsWith('.csv')) return (await import('./csv-rows.ts')).csvRows;
  const rows = file.endsWith('.jsonl')
    ? (await import('./jsonl-rows.ts')).jsonlRows
    : (await import('./yaml-rows.ts')).yamlRows;
  return (_file, text, { rowBytes }) => rows(file, linesOf(text, rowBytes));
}

/** The text, refusing bytes that are not UTF-8: a name must not become another by a replacement character. */
async function* checkedText(chunks: AsyncIterable<string>): AsyncIterable<string> {
  for await (const chunk of chunks) {
    if (chunk.includes('\uFFFD') || chunk.includes('\0')) throw new Error('it is not UTF-8 text');
    yield chunk;
  }
}

async function* linesOf(chunks: AsyncIterable<string>, longest: number): AsyncIterable<string> {
  let rest = '';
  let first = true;
  for await (const chunk of chunks) {
    const lines = (rest + (first ? chunk.replace(/^\uFEFF/, '') : chunk)).split('\n');
    first = false;
    rest = lines.pop() ?? '';
    if (rest.length > longest) throw new Error(`a line is longer than ${longest} characters`);
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  if (rest !== '') yield rest;
}

async function fingerprint(
  path: string,
): Promise<{ readonly size: number; readonly time: number; readonly node: number } | null> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() === true ? { size: found.size, time: found.mtimeMs, node: found.ino } : null;
}

function tableProblem(file: string, code: string, message: string, hint: string): SourceProblem {
  const finding: Finding = {
    severity: 'error',
    code,
    path: '',
    place: { file, line: 1, column: 1 },
    message,
    hint,
  };
  return { kind: 'problem', finding };
}
