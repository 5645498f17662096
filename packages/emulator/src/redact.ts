import { isObject } from './api/body.ts';

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
export function redactBody(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactBody);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => {
      const secretText = field === 'text' && value['type'] !== 'plain_text';
      return [field, secretText || SECRET_FIELDS.has(field) ? MARK : redactBody(inner)];
    }),
  );
}
