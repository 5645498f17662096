import { rangeKey } from './read-jsonc.ts';
import type { DocumentPath } from '../findings/format-path.ts';
import type { NodeRange } from './source-document.ts';

/**
 * Finds where keys and values stand in TOML text. The TOML parser has already accepted the text, so this scanner needs
 * no error handling; what it does not follow (an exotic construct) only costs a less exact place.
 */
export function tomlRanges(text: string): ReadonlyMap<string, NodeRange> {
  return new TomlScanner(text).scan();
}

class TomlScanner {
  readonly #text: string;
  readonly #ranges = new Map<string, NodeRange>();
  /** How many tables each array of tables has so far. */
  readonly #counts = new Map<string, number>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): ReadonlyMap<string, NodeRange> {
    let table: DocumentPath = [];
    while (this.#at < this.#text.length) {
      this.#skip(/[\s]+|#[^\n]*/y);
      if (this.#at >= this.#text.length) break;
      const before = this.#at;
      if (this.#text[this.#at] === '[') table = this.#header();
      else this.#pair(table);
      // Never loop on something unexpected.
      if (this.#at === before) this.#at += 1;
    }
    return this.#ranges;
  }

  #header(): DocumentPath {
    const start = this.#at;
    const isArray = this.#text.startsWith('[[', this.#at);
    this.#at += isArray ? 2 : 1;
    const keys = this.#keys();
    this.#skip(/[ \t]*\]{1,2}/y);
    const path = this.#resolve(keys.map((key) => key.name));
    const range = { offset: start, length: this.#at - start };
    if (!isArray) {
      this.#ranges.set(rangeKey(path), { value: range, key: range });
      return path;
    }
    const index = this.#counts.get(rangeKey(path)) ?? 0;
    this.#counts.set(rangeKey(path), index + 1);
    if (index === 0) this.#ranges.set(rangeKey(path), { value: range, key: range });
    const item = [...path, index];
    this.#ranges.set(rangeKey(item), { value: range, key: range });
    return item;
  }

  /** A header's keys, with the index of the newest table for every array of tables on the way. */
  #resolve(names: readonly string[]): DocumentPath {
    let path: DocumentPath = [];
    names.forEach((name, position) => {
      path = [...path, name];
      const count = this.#counts.get(rangeKey(path));
      if (count !== undefined && position < names.length - 1) path = [...path, count - 1];
    });
    return path;
  }

  #pair(table: DocumentPath): void {
    const keys = this.#keys();
    this.#skip(/[ \t]*=[ \t]*/y);
    const start = this.#at;
    const last = keys.at(-1);
    const path = [...table, ...keys.map((key) => key.name)];
    this.#value(path);
    if (last === undefined) return;
    this.#ranges.set(rangeKey(path), {
      value: { offset: start, length: this.#at - start },
      key: { offset: last.offset, length: last.length },
    });
  }

  #keys(): readonly { readonly name: string; readonly offset: number; readonly length: number }[] {
    const keys: { name: string; offset: number; length: number }[] = [];
    const key = /[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([\w-]+))[ \t]*/y;
    for (;;) {
      key.lastIndex = this.#at;
      const match = key.exec(this.#text);
      if (match === null) return keys;
      const name = match[1] ?? match[2] ?? match[3] ?? '';
      const offset = this.#at + (match[0].length - match[0].trimStart().length);
      keys.push({ name, offset, length: match[0].trim().length });
      this.#at += match[0].length;
      if (this.#text[this.#at] !== '.') return keys;
      this.#at += 1;
    }
  }

  #value(path: DocumentPath): void {
    const next = this.#text[this.#at];
    if (next === '[') this.#array(path);
    else if (next === '{') this.#inlineTable(path);
    else if (this.#text.startsWith('"""', this.#at)) this.#skip(/"""(?:[^\\]|\\[\s\S])*?"{3,5}/y);
    else if (this.#text.startsWith("'''", this.#at)) this.#skip(/'''[\s\S]*?'{3,5}/y);
    else if (next === '"') this.#skip(/"(?:[^"\\\n]|\\.)*"/y);
    else if (next === "'") this.#skip(/'[^'\n]*'/y);
    else this.#skip(/[^\s,\]}#]+(?: \d[\d:.+\-Zz]*)?/y);
  }

  #array(path: DocumentPath): void {
    this.#at += 1;
    for (let index = 0; this.#at < this.#text.length; index += 1) {
      this.#skip(/(?:[\s,]+|#[^\n]*)+/y);
      if (this.#text[this.#at] === ']') break;
      const start = this.#at;
      this.#value([...path, index]);
      this.#ranges.set(rangeKey([...path, index]), { value: { offset: start, length: this.#at - start } });
      if (this.#at === start) return;
    }
    this.#at += 1;
  }

  #inlineTable(path: DocumentPath): void {
    this.#at += 1;
    while (this.#at < this.#text.length) {
      this.#skip(/(?:[\s,]+|#[^\n]*)+/y);
      if (this.#text[this.#at] === '}') break;
      const before = this.#at;
      this.#pair(path);
      if (this.#at === before) return;
    }
    this.#at += 1;
  }

  #skip(pattern: RegExp): void {
    pattern.lastIndex = this.#at;
    this.#at += pattern.exec(this.#text)?.[0].length ?? 0;
  }
}
