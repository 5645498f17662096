import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Finding } from '../findings/finding.ts';
import { FILE_LIMITS, FORBIDDEN_KEYS } from './guards.ts';
import type { DocumentPath } from '../findings/format-path.ts';
import type { Json } from '../json.ts';
import { type NodeRange, placeInText, type SourceDocument, sourceDocument } from './source-document.ts';

/**
 * Reads JSON with comments and trailing commas, keeping positions. Never throws: syntax errors, repeated keys,
 * forbidden keys and nesting beyond the limit are findings.
 */
export function readJsonc(
  file: string,
  text: string,
): { readonly document: SourceDocument; readonly findings: readonly Finding[] } {
  const deep = tooDeepAt(text);
  if (deep !== null) {
    const finding: Finding = {
      severity: 'error',
      code: 'nesting-too-deep',
      path: '',
      place: placeInText(file, text, { offset: deep, length: 1 }),
      message: `${file} nests more than ${FILE_LIMITS.depth} levels deep.`,
      hint: 'Flatten the value; no Worker setting needs that depth.',
    };
    return { document: sourceDocument(file, text, {}, () => undefined), findings: [finding] };
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const findings = errors.map((error) => syntaxFinding(file, text, error));
  const ranges = new Map<string, NodeRange>();
  const value = root === undefined ? {} : convert(root, [], undefined, { file, text, findings, ranges });
  const document = sourceDocument(file, text, value, (path) => ranges.get(rangeKey(path)));
  return { document, findings };
}

/** Key of a path in a map of ranges. */
export function rangeKey(path: DocumentPath): string {
  return path.join('\u0000');
}

interface Sink {
  readonly file: string;
  readonly text: string;
  readonly findings: Finding[];
  readonly ranges: Map<string, NodeRange>;
}

function convert(node: Node, path: DocumentPath, key: Node | undefined, sink: Sink): Json {
  sink.ranges.set(rangeKey(path), {
    value: { offset: node.offset, length: node.length },
    ...(key === undefined ? {} : { key: { offset: key.offset, length: key.length } }),
  });
  if (node.type === 'array') {
    return (node.children ?? []).map((child, index) => convert(child, [...path, index], undefined, sink));
  }
  if (node.type !== 'object') return node.value as Json;
  const result: Record<string, Json | undefined> = {};
  for (const property of node.children ?? []) {
    const [name, child] = property.children ?? [];
    if (name === undefined || child === undefined) continue;
    addProperty(result, { name, child, path }, sink);
  }
  return result;
}

function addProperty(
  target: Record<string, Json | undefined>,
  property: { readonly name: Node; readonly child: Node; readonly path: DocumentPath },
  sink: Sink,
): void {
  const { name, child, path } = property;
  const key = String(name.value);
  const at = placeInText(sink.file, sink.text, { offset: name.offset, length: name.length });
  if (FORBIDDEN_KEYS.has(key)) {
    sink.findings.push({
      severity: 'error',
      code: 'forbidden-key',
      path: [...path, key].join('.'),
      place: at,
      message: `\`${key}\` is not allowed as a key.`,
      hint: 'Remove it.',
    });
    return;
  }
  if (Object.hasOwn(target, key)) {
    sink.findings.push({
      severity: 'error',
      code: 'duplicate-key',
      path: [...path, key].join('.'),
      place: at,
      message: `\`${key}\` is written twice in the same object; only one of the two would count.`,
      hint: 'Keep one of them.',
    });
  }
  target[key] = convert(child, [...path, key], name, sink);
}

const SYNTAX_HINTS: Readonly<Record<string, string>> = {
  CommaExpected: 'Put a comma after the value before this.',
  ColonExpected: 'Put a colon between the key and its value.',
  PropertyNameExpected: 'Keys are written in double quotes.',
  ValueExpected: 'A value is missing here.',
  CloseBraceExpected: 'A closing } is missing.',
  CloseBracketExpected: 'A closing ] is missing.',
  UnexpectedEndOfString: 'A string is not closed with a double quote.',
  UnexpectedEndOfComment: 'A comment is not closed with */.',
  InvalidSymbol: 'Strings are written in double quotes; only true, false and null stand without.',
  EndOfFileExpected: 'Something follows the end of the object.',
};

function syntaxFinding(file: string, text: string, error: ParseError): Finding {
  const name = printParseErrorCode(error.error);
  const what = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return {
    severity: 'error',
    code: 'syntax',
    path: '',
    place: placeInText(file, text, { offset: error.offset, length: Math.max(1, error.length) }),
    message: `${file} cannot be parsed: ${what}.`,
    hint: SYNTAX_HINTS[name] ?? 'Correct the syntax here.',
  };
}

/** Offset at which the nesting limit is passed, or null. Scans without recursion, so that depth cannot hurt it. */
function tooDeepAt(text: string): number | null {
  const scanner = createScanner(text, true);
  let depth = 0;
  // An unclosed comment leaves the scanner behind the end of the text, at a token that has a length: look at the offset.
  for (scanner.scan(); scanner.getTokenOffset() < text.length; scanner.scan()) {
    const offset = scanner.getTokenOffset();
    // Only a bracket is a token of one character that looks like one: a string has its quotes.
    const bracket = scanner.getTokenLength() === 1 ? text[offset] : '';
    if (bracket === '{' || bracket === '[') depth += 1;
    if (bracket === '}' || bracket === ']') depth -= 1;
    if (depth > FILE_LIMITS.depth) return offset;
  }
  return null;
}
