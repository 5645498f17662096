import type { Json } from '../json.ts';
import { looksSecret } from '../security/secret-fields.ts';
import { visible } from '../text/visible.ts';

/** Kind of a value in words: `a number`, `an object`. */
export function kindOf(value: Json | undefined): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a date';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'undefined') return 'nothing';
  return `a ${typeof value}`;
}

/** Fields whose values belong to the user and may be secret, or hold a secret by mistake. They are never printed. */
const PRIVATE: ReadonlySet<string> = new Set([
  'vars',
  'props',
  'metadata',
  'define',
  'localConnectionString',
  'apiKeys',
  'requiredSecrets',
  'required',
  'headers',
]);

/** The value for a message: short and quoted, or only its kind when it is long or may be a secret. */
export function shown(value: Json | undefined, path: readonly (string | number)[]): string {
  if (path.some((part) => PRIVATE.has(String(part)))) return kindOf(value);
  if (typeof value === 'string') {
    return value.length > 60 || looksSecret(value) ? kindOf(value) : visible(JSON.stringify(value));
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : kindOf(value);
}
