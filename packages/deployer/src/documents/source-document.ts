import type { SourcePlace } from '../findings/finding.ts';
import type { Json } from '../json.ts';
import type { DocumentPath } from '../findings/format-path.ts';

/** A range of characters in a document's text. */
export interface TextRange {
  readonly offset: number;
  readonly length: number;
}

/** Where a value stands in the text, and the key in front of it (none for list items and the root). */
export interface NodeRange {
  readonly value: TextRange;
  readonly key?: TextRange;
}

/** A parsed configuration file that still knows where everything stands. */
export interface SourceDocument {
  /** Path relative to the project root, with `/`. */
  readonly file: string;
  readonly text: string;
  /** Line of the file at which `text` begins, for a row of a table. @default 1 */
  readonly firstLine?: number;
  /** Plain JSON value; an empty object when the file could not be parsed. */
  readonly value: Json | undefined;
  /**
   * Place of a path: of its key for `'key'`, else of its value. A path that is not in the file gives the place of the
   * nearest parent that is.
   */
  readonly place: (path: DocumentPath, what?: 'key' | 'value') => SourcePlace;
  /** What wrote a path, for a document put together from several; undefined: one file wrote it all. */
  readonly layer?: (path: DocumentPath) => Layer;
}

/** What wrote a value: a Worker's own file, or what differs for tenants, by where that is written. */
export type Layer = 'base' | 'overlay' | 'table' | 'code';

/**
 * Makes a document out of text, value and a look-up of ranges.
 *
 * @param rangeOf range of exactly this path, or undefined when the file does not have it
 */
export function sourceDocument(
  file: string,
  text: string,
  value: Json | undefined,
  rangeOf: (path: DocumentPath) => NodeRange | undefined,
): SourceDocument {
  const placeOf = placesIn(file, text);
  return {
    file,
    text,
    value,
    place: (path, what = 'value') => placeOf(nearest(path, what, rangeOf)),
  };
}

/** Gives the place of a range of one text. */
export type PlaceOf = (range: TextRange) => SourcePlace;

/** Places in a text; its lines are looked for once, when the first place is asked for. */
export function placesIn(file: string, text: string): PlaceOf {
  let starts: readonly number[] | undefined;
  return (range) => {
    starts ??= lineStarts(text);
    return placeAt(file, starts, range);
  };
}

/** Place of one range in a text, for errors found while parsing. */
export function placeInText(file: string, text: string, range: TextRange): SourcePlace {
  return placesIn(file, text)(range);
}

function nearest(
  path: DocumentPath,
  what: 'key' | 'value',
  rangeOf: (path: DocumentPath) => NodeRange | undefined,
): TextRange {
  const exact = rangeOf(path);
  if (exact !== undefined && path.length === 0) return { offset: exact.value.offset, length: 1 };
  if (exact !== undefined) return what === 'key' ? (exact.key ?? exact.value) : exact.value;
  for (let length = path.length - 1; length > 0; length -= 1) {
    const parent = rangeOf(path.slice(0, length));
    // A whole object is too much to underline; its key, or its opening bracket, says which one is meant.
    if (parent !== undefined) return parent.key ?? { offset: parent.value.offset, length: 1 };
  }
  return { offset: 0, length: 1 };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let index = text.indexOf('\n'); index !== -1; index = text.indexOf('\n', index + 1)) {
    starts.push(index + 1);
  }
  return starts;
}

function placeAt(file: string, starts: readonly number[], range: TextRange): SourcePlace {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= range.offset) low = middle;
    else high = middle - 1;
  }
  const start = starts[low] ?? 0;
  return { file, line: low + 1, column: range.offset - start + 1, length: range.length };
}
