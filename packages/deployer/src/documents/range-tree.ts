import type { DocumentPath } from '../findings/format-path.ts';
import type { NodeRange } from './source-document.ts';

/**
 * Where everything in a document stands, by path. A tree, not a map of joined paths: long keys high up would otherwise
 * be written once for every value below them.
 */
export class RangeTree {
  #range: NodeRange | undefined;
  readonly #children = new Map<string, RangeTree>();

  /** The node of a key or index right below, made when it is not there. */
  child(key: string | number): RangeTree {
    const known = this.#children.get(String(key));
    if (known !== undefined) return known;
    const made = new RangeTree();
    this.#children.set(String(key), made);
    return made;
  }

  /** The node of a path below, made when it is not there. */
  at(path: DocumentPath): RangeTree {
    return path.reduce<RangeTree>((node, key) => node.child(key), this);
  }

  /** The node of a key or index right below; undefined when it was never made. */
  known(key: string | number): RangeTree | undefined {
    return this.#children.get(String(key));
  }

  /** Where this node stands; undefined when nobody said. */
  get range(): NodeRange | undefined {
    return this.#range;
  }

  /** Says where this node stands. */
  set(range: NodeRange): void {
    this.#range = range;
  }

  /** Where exactly this path stands; undefined when the document does not have it. */
  rangeOf(path: DocumentPath): NodeRange | undefined {
    return path.reduce<RangeTree | undefined>((node, key) => node?.known(key), this)?.range;
  }
}
