import { ConfigError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';

/**
 * Edits of a table as text, each of one row: what is not that row stays as it is, byte for byte. Pure.
 * @throws ConfigError NOT_EDITABLE where the text cannot be edited without guessing
 */
export interface TableEdit {
  /** Adds a row behind the last. */
  readonly append: (text: string, definition: JsonObject) => string;
  /** Takes a row away. */
  readonly remove: (text: string, id: string) => string;
  /** Sets fields of a row, by dotted path; one that is not there is added. */
  readonly set: (text: string, id: string, fields: Readonly<Record<string, string>>) => string;
}

/** The error for what cannot be edited. */
export function notEditable(message: string, hint: string): ConfigError {
  return new ConfigError('NOT_EDITABLE', message, { hint });
}

/** A path as fields of fields: `labels.tier` = gold → `{ labels: { tier: 'gold' } }`. */
export function nested(fields: Readonly<Record<string, string>>): JsonObject {
  const root: Record<string, JsonObject | string> = {};
  for (const [path, value] of Object.entries(fields)) {
    const parts = path.split('.');
    let at = root;
    for (const part of parts.slice(0, -1)) {
      const next = Object.hasOwn(at, part) ? at[part] : undefined;
      const object = typeof next === 'object' ? (next as Record<string, JsonObject | string>) : {};
      at[part] = object;
      at = object;
    }
    at[parts.at(-1) ?? ''] = value;
  }
  return root;
}

/** The line ending of a text: that of its first line. */
export function lineEnding(text: string): '\n' | '\r\n' {
  const at = text.indexOf('\n');
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n';
}

/** The text with something behind its last line, which is ended first if it is not. */
export function behind(text: string, lines: string): string {
  const eol = lineEnding(text);
  const start = text === '' || text.endsWith('\n') ? text : `${text}${eol}`;
  return `${start}${lines.replaceAll('\n', eol)}${eol}`;
}
