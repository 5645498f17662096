import { parse, TomlError, type TomlValueWithoutBigInt } from 'smol-toml';
import type { Finding, SourcePlace } from '../findings/finding.ts';
import { formatPath } from '../findings/format-path.ts';
import { FILE_LIMITS, FORBIDDEN_KEYS } from './guards.ts';
import type { DocumentPath } from '../findings/format-path.ts';
import { type SourceDocument, sourceDocument } from './source-document.ts';
import type { Json, JsonObject } from '../json.ts';
import { tomlRanges } from './toml-ranges.ts';

/**
 * Reads TOML, keeping positions. Never throws: syntax errors (repeated keys among them), forbidden keys and nesting
 * beyond the limit are findings.
 */
export function readToml(
  file: string,
  text: string,
): { readonly document: SourceDocument; readonly findings: readonly Finding[] } {
  let parsed: TomlValueWithoutBigInt;
  try {
    parsed = parse(text, { maxDepth: FILE_LIMITS.depth, unsafeKeyBehaviour: 'keep', useLegacyDate: true });
  } catch (error) {
    return {
      document: sourceDocument(file, text, {}, () => undefined),
      findings: [syntaxFinding(file, error)],
    };
  }
  if (isTooDeep(parsed)) {
    return { document: sourceDocument(file, text, {}, () => undefined), findings: [tooDeep(file)] };
  }
  const ranges = tomlRanges(text);
  const paths: DocumentPath[] = [];
  const value = plain(parsed, [], paths);
  const document = sourceDocument(file, text, value, (path) => ranges.rangeOf(path));
  const findings = paths.map((path): Finding => {
    const key = String(path.at(-1));
    return {
      severity: 'error',
      code: 'forbidden-key',
      path: formatPath(path),
      place: document.place(path, 'key'),
      message: `\`${key}\` is not allowed as a key.`,
      hint: 'Remove it.',
    };
  });
  return { document, findings };
}

/** Dotted keys nest without a bracket, which the parser does not count. Without recursion, so that depth cannot hurt. */
function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > FILE_LIMITS.depth) return true;
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null && !(item instanceof Date) ? Object.values(item) : [],
    );
  }
  return false;
}

function tooDeep(file: string): Finding {
  return {
    severity: 'error',
    code: 'nesting-too-deep',
    path: '',
    place: { file, line: 1, column: 1 },
    message: `${file} nests more than ${FILE_LIMITS.depth} levels deep.`,
    hint: 'Flatten the value; no Worker setting needs that depth.',
  };
}

/** Ordinary objects without forbidden keys; dates stay dates, so that the schema can say what to do about them. */
function plain(value: TomlValueWithoutBigInt, path: DocumentPath, forbidden: DocumentPath[]): Json {
  if (value instanceof Date) return value as object as JsonObject;
  if (Array.isArray(value)) return value.map((item, index) => plain(item, [...path, index], forbidden));
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, Json | undefined> = {};
  for (const [key, item] of Object.entries(value)) {
    if (FORBIDDEN_KEYS.has(key)) forbidden.push([...path, key]);
    else result[key] = plain(item, [...path, key], forbidden);
  }
  return result;
}

function syntaxFinding(file: string, error: unknown): Finding {
  const place: SourcePlace =
    error instanceof TomlError
      ? { file, line: error.line, column: error.column, length: 1 }
      : { file, line: 1, column: 1 };
  const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'not TOML';
  return {
    severity: 'error',
    code: 'syntax',
    path: '',
    place,
    message: `${file} cannot be parsed: ${reason.replace(/^Invalid TOML document: /, '')}.`,
    hint: 'Correct the TOML syntax here.',
  };
}
