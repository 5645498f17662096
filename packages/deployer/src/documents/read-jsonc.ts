import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Finding } from '../findings/finding.ts';
import { FINDINGS_SHOWN } from '../findings/limit-findings.ts';
import { FILE_LIMITS, FORBIDDEN_KEYS } from './guards.ts';
import type { DocumentPath } from '../findings/format-path.ts';
import type { Json } from '../json.ts';
import { RangeTree } from './range-tree.ts';
import {
  placeInText,
  type PlaceOf,
  placesIn,
  type SourceDocument,
  sourceDocument,
} from './source-document.ts';

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
  const placeOf = placesIn(file, text);
  const findings = errors.slice(0, FINDINGS_SHOWN).map((error) => syntaxFinding(file, placeOf, error));
  const ranges = new RangeTree();
  const sink: Sink = { placeOf, findings };
  const value = root === undefined ? {} : convert({ node: root, path: [], ranges }, sink);
  const document = sourceDocument(file, text, value, (path) => ranges.rangeOf(path));
  return { document, findings };
}

interface Sink {
  readonly placeOf: PlaceOf;
  readonly findings: Finding[];
}

/** A value of the text: where it stands in the document, and the key before it. */
interface Item {
  readonly node: Node;
  readonly path: DocumentPath;
  readonly ranges: RangeTree;
  readonly key?: Node;
}

function convert({ node, path, ranges, key }: Item, sink: Sink): Json {
  ranges.set({
    value: { offset: node.offset, length: node.length },
    ...(key === undefined ? {} : { key: { offset: key.offset, length: key.length } }),
  });
  if (node.type === 'array') {
    return (node.children ?? []).map((child, index) =>
      convert({ node: child, path: [...path, index], ranges: ranges.child(index) }, sink),
    );
  }
  if (node.type !== 'object') return node.value as Json;
  const result: Record<string, Json | undefined> = {};
  for (const property of node.children ?? []) {
    const [name, child] = property.children ?? [];
    if (name === undefined || child === undefined) continue;
    addProperty(result, { name, child, path, ranges }, sink);
  }
  return result;
}

function addProperty(
  target: Record<string, Json | undefined>,
  property: {
    readonly name: Node;
    readonly child: Node;
    readonly path: DocumentPath;
    readonly ranges: RangeTree;
  },
  sink: Sink,
): void {
  const { name, child, path, ranges } = property;
  const key = String(name.value);
  if (FORBIDDEN_KEYS.has(key)) {
    sink.findings.push({
      severity: 'error',
      code: 'forbidden-key',
      path: [...path, key].join('.'),
      place: sink.placeOf(name),
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
      place: sink.placeOf(name),
      message: `\`${key}\` is written twice in the same object; only one of the two would count.`,
      hint: 'Keep one of them.',
    });
  }
  target[key] = convert({ node: child, path: [...path, key], ranges: ranges.child(key), key: name }, sink);
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

function syntaxFinding(file: string, placeOf: PlaceOf, error: ParseError): Finding {
  const name = printParseErrorCode(error.error);
  const what = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return {
    severity: 'error',
    code: 'syntax',
    path: '',
    place: placeOf({ offset: error.offset, length: Math.max(1, error.length) }),
    message: `${file} cannot be parsed: ${what}.`,
    hint: SYNTAX_HINTS[name] ?? 'Correct the syntax here.',
  };
}

/** Offset at which the nesting limit is passed, or null. Scans without recursion, so that depth cannot hurt it. */
function tooDeepAt(text: string): number | null {
  if (!hasOpenings(text, FILE_LIMITS.depth)) return null;
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

/** Whether more than so many brackets open in a text, wherever they stand: in most files fewer do, and none is too deep. */
function hasOpenings(text: string, most: number): boolean {
  let left = most;
  for (let index = 0; index < text.length && left >= 0; index += 1) {
    const code = text.charCodeAt(index);
    if (code === OPEN_BRACE || code === OPEN_BRACKET) left -= 1;
  }
  return left < 0;
}

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
