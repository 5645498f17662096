/**
 * Headers of a request or an answer. Node's own are part of its `fetch`, which it loads with the first of its classes; that
 * takes longer than all else that comes before the first call. The methods are the standard's, as the SDK uses them: names
 * in any case, several values joined, spaces around a value taken off.
 */
export class PlainHeaders implements Iterable<[string, string]> {
  readonly #values = new Map<string, string>();

  constructor(entries: Iterable<readonly [string, string]> = []) {
    for (const [name, value] of entries) this.append(name, value);
  }

  append(name: string, value: string): void {
    const key = name.toLowerCase();
    const before = this.#values.get(key);
    const clean = value.replaceAll(AROUND, '');
    this.#values.set(key, before === undefined ? clean : `${before}, ${clean}`);
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  entries(): IterableIterator<[string, string]> {
    return this.#values.entries();
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }
}

/** Source: Fetch standard, "normalize". */
const AROUND = /^[\t\n\r ]+|[\t\n\r ]+$/g;
