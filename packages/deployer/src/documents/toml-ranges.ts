import { RangeTree } from './range-tree.ts';

/**
 * Finds where keys and values stand in TOML text. The TOML parser has already accepted the text, so this scanner needs
 * no error handling; what it does not follow (an exotic construct) only costs a less exact place.
 */
export function tomlRanges(text: string): RangeTree {
  return new TomlScanner(text).scan();
}

class TomlScanner {
  readonly #text: string;
  readonly #root = new RangeTree();
  /** How many tables each array of tables has so far. */
  readonly #counts = new Map<RangeTree, number>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): RangeTree {
    let table = this.#root;
    while (this.#at < this.#text.length) {
      this.#skip(/[\s]+|#[^\n]*/y);
      if (this.#at >= this.#text.length) break;
      const before = this.#at;
      if (this.#text[this.#at] === '[') table = this.#header();
      else this.#pair(table);
      // Never loop on something unexpected.
      if (this.#at === before) this.#at += 1;
    }
    return this.#root;
  }

  #header(): RangeTree {
    const start = this.#at;
    const isArray = this.#text.startsWith('[[', this.#at);
    this.#at += isArray ? 2 : 1;
    const keys = this.#keys();
    this.#skip(/[ \t]*\]{1,2}/y);
    const table = this.#resolve(keys.map((key) => key.name));
    const range = { offset: start, length: this.#at - start };
    if (!isArray) {
      table.set({ value: range, key: range });
      return table;
    }
    const index = this.#counts.get(table) ?? 0;
    this.#counts.set(table, index + 1);
    if (index === 0) table.set({ value: range, key: range });
    const item = table.child(index);
    item.set({ value: range, key: range });
    return item;
  }

  /** A header's table; on the way, the newest table of every array of tables. */
  #resolve(names: readonly string[]): RangeTree {
    let node = this.#root;
    names.forEach((name, position) => {
      node = node.child(name);
      const count = this.#counts.get(node);
      if (count !== undefined && position < names.length - 1) node = node.child(count - 1);
    });
    return node;
  }

  #pair(table: RangeTree): void {
    const keys = this.#keys();
    this.#skip(/[ \t]*=[ \t]*/y);
    const start = this.#at;
    const last = keys.at(-1);
    const item = table.at(keys.map((key) => key.name));
    this.#value(item);
    if (last === undefined) return;
    item.set({
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

  #value(item: RangeTree): void {
    const next = this.#text[this.#at];
    if (next === '[') this.#array(item);
    else if (next === '{') this.#inlineTable(item);
    else if (this.#text.startsWith('"""', this.#at)) this.#multiline('"""');
    else if (this.#text.startsWith("'''", this.#at)) this.#multiline("'''");
    else if (next === '"') this.#skip(/"(?:[^"\\\n]|\\.)*"/y);
    else if (next === "'") this.#skip(/'[^'\n]*'/y);
    else this.#skip(/[^\s,\]}#]+(?: \d[\d:.+\-Zz]*)?/y);
  }

  /** Text between three quotes; up to two more may stand before the closing three. */
  #multiline(quotes: string): void {
    let at = this.#at + 3;
    while (at < this.#text.length && !this.#text.startsWith(quotes, at)) {
      at += quotes === '"""' && this.#text[at] === '\\' ? 2 : 1;
    }
    this.#at = Math.min(at + 3, this.#text.length);
    for (let extra = 0; extra < 2 && this.#text[this.#at] === quotes[0]; extra += 1) this.#at += 1;
  }

  #array(list: RangeTree): void {
    this.#at += 1;
    for (let index = 0; this.#at < this.#text.length; index += 1) {
      this.#skipBetween();
      if (this.#text[this.#at] === ']') break;
      const start = this.#at;
      const item = list.child(index);
      this.#value(item);
      item.set({ value: { offset: start, length: this.#at - start } });
      if (this.#at === start) return;
    }
    this.#at += 1;
  }

  #inlineTable(table: RangeTree): void {
    this.#at += 1;
    while (this.#at < this.#text.length) {
      this.#skipBetween();
      if (this.#text[this.#at] === '}') break;
      const before = this.#at;
      this.#pair(table);
      if (this.#at === before) return;
    }
    this.#at += 1;
  }

  /** White space, commas and comments between the values of a list or an inline table. */
  #skipBetween(): void {
    for (let before = -1; before !== this.#at;) {
      before = this.#at;
      this.#skip(/[\s,]+|#[^\n]*/y);
    }
  }

  #skip(pattern: RegExp): void {
    pattern.lastIndex = this.#at;
    this.#at += pattern.exec(this.#text)?.[0].length ?? 0;
  }
}
