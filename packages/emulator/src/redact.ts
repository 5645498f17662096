import { isObject } from './json.ts';
import type { Json } from './json.ts';

/** Fields whose value is secret wherever they stand. */
const SECRET_FIELDS = new Set([
  'password',
  'access_client_secret',
  'key_base64',
  'key_jwk',
  'value',
  'params',
  'jwt',
  'token',
]);
const MARK = '[redacted]';

/** A copy of a JSON body without secret texts, keys, passwords, stored values, or tokens. */
export function redactBody(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => redactBody(item) ?? null);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => {
      const secretText = field === 'text' && value['type'] !== 'plain_text';
      return [field, secretText || SECRET_FIELDS.has(field) ? MARK : redactBody(inner)];
    }),
  );
}
