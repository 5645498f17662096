import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import type { Finding } from '../findings/finding.ts';
import { FILE_LIMITS } from './guards.ts';
import { readJsonc } from './read-jsonc.ts';
import { readToml } from './read-toml.ts';
import type { SourceDocument } from './source-document.ts';
import { isObject } from '../json.ts';

/** What reading a file gave: a document, findings, or both. No document: the file cannot be used at all. */
export interface ReadResult {
  readonly document: SourceDocument | null;
  readonly findings: readonly Finding[];
  /** Name → text of the file, for code frames; empty when it could not be read. */
  readonly sources: Readonly<Record<string, string>>;
}

/**
 * Reads and parses one configuration file (`.json`, `.jsonc` or `.toml`). Never throws: what cannot be read (too
 * large, not UTF-8, a folder) is a finding.
 *
 * @param path absolute path of the file
 */
export async function readDocument(rootDir: string, path: string): Promise<ReadResult> {
  return readBy(parseDocument, rootDir, path);
}

/**
 * {@link readDocument} for a file that several parts of a command ask for, each at its own time: it is read each time, and
 * parsed when it is not what it was the last time. All of them get the same document, and leave its value as it is.
 */
export async function readSharedDocument(rootDir: string, path: string): Promise<ReadResult> {
  return readBy(parseOnce, rootDir, path);
}

function readBy(parse: typeof parseDocument, rootDir: string, path: string): ReadResult {
  const file = relative(rootDir, path).split(sep).join('/');
  const text = readText(path);
  if (typeof text !== 'string') {
    const finding: Finding = {
      severity: 'error',
      code: 'file-unreadable',
      path: '',
      place: { file, line: 1, column: 1 },
      message: `${file} ${text.problem}.`,
      hint: text.hint,
    };
    return { document: null, findings: [finding], sources: {} };
  }
  return parse(file, text);
}

/** What came of the files parsed last, by name. */
const PARSED = new Map<string, { readonly text: string; readonly result: ReadResult }>();
const MOST_PARSED = 64;

function parseOnce(file: string, text: string): ReadResult {
  const known = PARSED.get(file);
  if (known?.text === text) return known.result;
  const result = parseDocument(file, text);
  const [oldest = file] = PARSED.size < MOST_PARSED ? [] : PARSED.keys();
  PARSED.delete(oldest);
  PARSED.set(file, { text, result });
  return result;
}

/** Parses the text of a configuration file; the ending of `file` decides the format. */
export function parseDocument(file: string, text: string): ReadResult {
  const sources = { [file]: text };
  const { document, findings } = file.endsWith('.toml') ? readToml(file, text) : readJsonc(file, text);
  if (findings.some((finding) => finding.code === 'syntax' || finding.code === 'nesting-too-deep')) {
    return { document: null, findings, sources };
  }
  if (!isObject(document.value)) {
    const finding: Finding = {
      severity: 'error',
      code: 'syntax',
      path: '',
      place: { file, line: 1, column: 1 },
      message: `${file} must hold one object.`,
      hint: 'Put the settings between { and }.',
    };
    return { document: null, findings: [...findings, finding], sources };
  }
  return { document, findings, sources };
}

/** What is no file is not waited for: a pipe would be opened when somebody writes to it. */
const UNWAITED = constants.O_RDONLY | constants.O_NONBLOCK;

function readText(path: string): string | { readonly problem: string; readonly hint: string } {
  let opened;
  try {
    opened = openSync(path, UNWAITED);
    const stats = fstatSync(opened);
    if (!stats.isFile()) return { problem: 'is not a file', hint: 'Put a configuration file in its place.' };
    if (stats.size > FILE_LIMITS.bytes) {
      return {
        problem: `is larger than ${FILE_LIMITS.bytes} bytes`,
        hint: 'A configuration file holds settings only; move data into assets, KV or R2.',
      };
    }
    const bytes = readFileSync(opened);
    // A file may grow between the two calls, or be a device that reports no size.
    if (bytes.byteLength > FILE_LIMITS.bytes) return { problem: 'is too large', hint: 'Make it smaller.' };
    if (isUtf16(bytes)) {
      return {
        problem: 'is UTF-16 text, not UTF-8',
        hint: 'Save it as UTF-8; what editors on Windows call "Unicode" is UTF-16.',
      };
    }
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) {
      return { problem: 'is not UTF-8 text', hint: 'Save it as UTF-8 in your editor.' };
    }
    return { problem: `cannot be read (${errorCode(error)})`, hint: 'Check the file and its permissions.' };
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}

/** By its byte order mark, or by the zero byte beside the first character, which is ASCII in every such file. */
function isUtf16([first = 0, second = 0]: Uint8Array): boolean {
  const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const isText = (byte: number): boolean => byte >= 0x09 && byte < 0x7f;
  return marked || (first === 0 && isText(second)) || (second === 0 && isText(first));
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
