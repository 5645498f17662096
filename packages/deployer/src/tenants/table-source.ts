import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../findings/finding.ts';
import { csvRows } from './csv-rows.ts';
import { entriesOf, type Row } from './entry-of.ts';
import { jsonlRows } from './jsonl-rows.ts';
import {
  oneByOne,
  SOURCE_LIMITS,
  type SourceLimits,
  type SourceProblem,
  type TenantEntry,
  type TenantSource,
} from './tenant-source.ts';
import { yamlRows } from './yaml-rows.ts';

/** Each piece is waited for, and a table of ten thousand has a megabyte. */
const PIECE_BYTES = 262_144;

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
): AsyncIterable<readonly (TenantEntry | SourceProblem)[]> {
  const before = await fingerprint(path);
  if (before === null || before.size > limits.tableBytes) {
    const why = before === null ? 'cannot be read' : `is larger than ${limits.tableBytes} bytes`;
    yield [tableProblem(file, 'file-unreadable', `${file} ${why}.`, 'Check the file and its permissions.')];
    return;
  }
  let count = 0;
  try {
    for await (const rows of rowsOf(path, file, limits)) {
      const room = limits.tenants - count;
      count += rows.length;
      yield rows.slice(0, room).flatMap((row) => entriesOf(row, 'table'));
      if (rows.length > room) {
        yield [tooMany(file, limits)];
        return;
      }
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    yield [tableProblem(file, 'file-unreadable', `${file} cannot be read: ${reason}.`, 'Check the file.')];
    return;
  }
  const after = await fingerprint(path);
  if (
    after === null ||
    after.size !== before.size ||
    after.time !== before.time ||
    after.node !== before.node
  ) {
    yield [
      tableProblem(
        file,
        'table-changed',
        `${file} was changed while it was read, so its rows may belong to two states.`,
        'Run the command again when nobody writes to it.',
      ),
    ];
  }
}

function rowsOf(path: string, file: string, limits: SourceLimits): AsyncIterable<readonly Row[]> {
  if (file.endsWith('.csv')) return csvRows(file, textOf(path), limits);
  const lines = linesOf(textOf(path), limits.rowBytes);
  return file.endsWith('.jsonl') ? jsonlRows(file, lines) : oneByOne(yamlRows(file, eachOf(lines)));
}

function tooMany(file: string, { tenants }: SourceLimits): SourceProblem {
  const message = `${file} has more than ${tenants} rows.`;
  return tableProblem(file, 'too-many-tenants', message, 'Split the project.');
}

/** The text, refusing bytes that are not UTF-8: a name must not become another by a replacement character. */
async function* textOf(path: string): AsyncIterable<string> {
  for await (const chunk of createReadStream(path, {
    encoding: 'utf8',
    highWaterMark: PIECE_BYTES,
  }) as AsyncIterable<string>) {
    if (chunk.includes('\uFFFD') || chunk.includes('\0')) throw new Error('it is not UTF-8 text');
    yield chunk;
  }
}

async function* eachOf<T>(some: AsyncIterable<readonly T[]>): AsyncIterable<T> {
  for await (const items of some) yield* items;
}

/** The lines of a text, as many at a time as a piece of the file holds. */
async function* linesOf(chunks: AsyncIterable<string>, longest: number): AsyncIterable<readonly string[]> {
  let rest = '';
  let first = true;
  for await (const chunk of chunks) {
    const lines = (rest + (first ? chunk.replace(/^\uFEFF/, '') : chunk)).split('\n');
    first = false;
    rest = lines.pop() ?? '';
    if (rest.length > longest) throw new Error(`a line is longer than ${longest} characters`);
    yield lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  }
  if (rest !== '') yield [rest];
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
