import type { Document, Node } from 'yaml';
import { FILE_LIMITS, FORBIDDEN_KEYS } from '../documents/guards.ts';
import { type NodeRange, type SourceDocument, sourceDocument } from '../documents/source-document.ts';
import type { DocumentPath } from '../findings/format-path.ts';
import type { Finding } from '../findings/finding.ts';
import { framed, type Row } from './entry-of.ts';
import type { Json } from '../json.ts';
import type { ReadDefinition } from './tenant-source.ts';

/**
 * Rows of a table in YAML: a list at the left edge, one item a tenant. Items are parsed one by one, so an anchor does
 * not reach from one into another.
 */
export async function* yamlRows(file: string, lines: AsyncIterable<string>): AsyncIterable<Row> {
  // Loaded when there is such a table: it is as large as half of the library.
  const yaml = await import('yaml');
  let line = 0;
  let item: { first: number; lines: string[] } | null = null;
  for await (const text of lines) {
    line += 1;
    if (/^-(\s|$)/.test(text)) {
      if (item !== null) yield readItem(yaml, { file, text: item.lines.join('\n'), first: item.first });
      item = { first: line, lines: [text] };
    } else if (item !== null && (/^\s|^#/.test(text) || text === '')) {
      item.lines.push(text);
    } else if (!/^(---|\.\.\.|%.*|#.*|\s*)\s*$/.test(text)) {
      const finding = notAList(file, text, line);
      yield { document: null, findings: [finding], again: () => ({ document: null, findings: [finding] }) };
      return;
    }
  }
  if (item !== null) yield readItem(yaml, { file, text: item.lines.join('\n'), first: item.first });
}

type Yaml = typeof import('yaml');

/** An item as it is written, and the line at which it begins. */
interface WrittenItem {
  readonly file: string;
  readonly text: string;
  readonly first: number;
}

function readItem(yaml: Yaml, item: WrittenItem): Row {
  const again = (): ReadDefinition => parseItem(yaml, item);
  return { ...again(), again };
}

function parseItem(yaml: Yaml, { file, text, first }: WrittenItem): ReadDefinition {
  const counter = new yaml.LineCounter();
  const parsed = yaml.parseDocument(text, { lineCounter: counter, uniqueKeys: true, prettyErrors: false });
  const problem = parsed.errors[0];
  const alone = sourceDocument(file, text, {}, (path) => rangeOf(yaml, parsed, [0, ...path]));
  const document: SourceDocument = {
    ...alone,
    firstLine: first,
    place: (path, what) => {
      const place = alone.place(path, what);
      return { ...place, line: place.line + first - 1 };
    },
  };
  const fail = (message: string, place = document.place([])): ReadDefinition => ({
    document: null,
    findings: [
      framed(
        { severity: 'error', code: 'syntax', path: '', place, message, hint: 'Correct the YAML here.' },
        document,
      ),
    ],
  });
  if (problem !== undefined) {
    const { line, col } = counter.linePos(problem.pos[0]);
    return fail(`${file} cannot be parsed: ${problem.message.split('\n')[0] ?? ''}.`, {
      file,
      line: line + first - 1,
      column: col,
      length: 1,
    });
  }
  const item = yaml.isSeq(parsed.contents) ? (parsed.contents.items[0] as Node | undefined) : undefined;
  if (!yaml.isMap(item)) return fail(`Each item of ${file} must be a tenant: keys and values.`);
  const value = toPlain(item, parsed);
  if (typeof value === 'string') return fail(value);
  return { document: { ...document, value: value.value }, findings: [] };
}

/** The item as plain data, or what is wrong with it. Aliases are counted: a few can otherwise grow into millions. */
function toPlain(item: Node, parsed: Document): { readonly value: Json | undefined } | string {
  try {
    const value: Json | undefined = item.toJS(parsed, { maxAliasCount: 100 });
    if (depthOf(value) > FILE_LIMITS.depth)
      return `The item nests more than ${FILE_LIMITS.depth} levels deep.`;
    return hasForbiddenKey(value) ? '`__proto__` is not allowed as a key.' : { value };
  } catch (error) {
    return `The item cannot be read: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

function depthOf(value: Json | undefined): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

function hasForbiddenKey(value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, item]) => FORBIDDEN_KEYS.has(key) || hasForbiddenKey(item));
}

function rangeOf({ isMap, isSeq }: Yaml, parsed: Document, path: DocumentPath): NodeRange | undefined {
  let node: Node | null | undefined = parsed.contents;
  let key: NodeRange['key'];
  for (const part of path) {
    if (isSeq(node) && typeof part === 'number') {
      node = node.items[part] as Node;
      key = undefined;
    } else if (isMap(node)) {
      const pair = node.items.find((each) => String((each.key as { value?: string }).value) === part);
      if (pair === undefined) return undefined;
      key = rangeOfNode(pair.key as Node);
      node = pair.value as Node | null;
    } else return undefined;
  }
  const value = rangeOfNode(node);
  if (value === undefined) return undefined;
  return key === undefined ? { value } : { value, key };
}

function rangeOfNode(node: Node | null): NodeRange['value'] | undefined {
  const range = node?.range;
  return range === undefined || range === null
    ? undefined
    : { offset: range[0], length: Math.max(1, range[1] - range[0]) };
}

function notAList(file: string, text: string, line: number): Finding {
  return {
    severity: 'error',
    code: 'syntax',
    path: '',
    place: { file, line, column: 1, length: Math.min(80, text.length) },
    message: `${file} must be a list at the left edge, one item for each tenant.`,
    hint: 'Begin each tenant with "- " in the first column.',
  };
}
