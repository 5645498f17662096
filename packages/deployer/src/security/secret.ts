import { inspect } from 'node:util';

/**
 * A value that must not be printed. Turning it into text, JSON or an `inspect` dump gives `***`; only `open()` gives
 * the value, and only the authorization header, the upload form and the secrets call open one.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. */
  open(): string {
    return this.#value;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [inspect.custom](): string {
    return '***';
  }
}
