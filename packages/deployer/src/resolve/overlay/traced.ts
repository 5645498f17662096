import type { Layer, SourceDocument } from '../../documents/source-document.ts';
import { fieldOf, isObject, type Json } from '../../json.ts';
import type { DocumentPath } from '../../findings/format-path.ts';

/** Where a value is written. */
export interface Source {
  readonly layer: Layer;
  readonly document: SourceDocument;
  readonly path: DocumentPath;
}

/** A value that knows where it, and each of its parts that came from elsewhere, is written. */
export interface Traced {
  readonly value: Json | undefined;
  readonly source: Source;
  /** Parts written somewhere else than the whole; the others lie below the whole's own place. */
  readonly parts?: ReadonlyMap<string | number, Traced>;
}

/** A part of a value; its value is undefined when there is none. */
export function part(whole: Traced, key: string | number): Traced {
  const known = whole.parts?.get(key);
  if (known !== undefined) return known;
  const { value, source } = whole;
  return { value: fieldOf(value, key), source: { ...source, path: [...source.path, key] } };
}

/** The object with one field replaced; removed when its value is undefined. */
export function withPart(whole: Traced, key: string, field: Traced): Traced {
  const before = isObject(whole.value) ? whole.value : {};
  const parts = new Map(whole.parts);
  if (field.value === undefined) {
    parts.delete(key);
    const kept = Object.entries(before).filter(([name]) => name !== key);
    return { ...whole, value: Object.fromEntries(kept), parts };
  }
  parts.set(key, field);
  return { ...whole, value: { ...before, [key]: field.value }, parts };
}

/** A list of items, each with its own place. */
export function listOf(items: readonly Traced[], source: Source): Traced {
  return { value: items.map(({ value }) => value ?? null), source, parts: new Map(items.entries()) };
}

/** The items of a list; none of anything else. */
export function itemsOf(list: Traced): readonly Traced[] {
  return Array.isArray(list.value) ? list.value.map((_, index) => part(list, index)) : [];
}

/** The traced value as a document: places and layers are found part by part. */
export function tracedDocument(root: Traced): SourceDocument {
  const find = (path: DocumentPath): { readonly at: Source; readonly rest: DocumentPath } => {
    let node = root;
    for (const [index, key] of path.entries()) {
      const next = node.parts?.get(key);
      if (next === undefined && node.parts === undefined) return { at: node.source, rest: path.slice(index) };
      node = next ?? part(node, key);
    }
    return { at: node.source, rest: [] };
  };
  const { document } = root.source;
  return {
    file: document.file,
    text: document.text,
    value: root.value,
    place: (path, what) => {
      const { at, rest } = find(path);
      return at.document.place([...at.path, ...rest], what);
    },
    layer: (path) => find(path).at.layer,
  };
}
