import { failure } from './errors.ts';
import type { FailureName } from './failures.ts';
import type { Call } from './endpoint.ts';
import { isObject, parseJson } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';

/** Largest JSON body, in bytes: 100 MB, Cloudflare's limit for a KV bulk write. */
const MAX_JSON_BYTES = 100 * 1024 * 1024;

/**
 * The request's JSON body as an object that has no other keys than `fields`.
 * @param badBody Failure when the body is not a JSON object.
 * @throws ApiFailure also for an unknown field (90400): the emulator never ignores one silently.
 */
export async function readObject(
  call: Call,
  fields: readonly string[],
  badBody: FailureName = 'badBody',
): Promise<JsonObject> {
  const value = await readJson(call, badBody);
  if (!isObject(value)) throw failure(badBody, 'The request body must be a JSON object.');
  refuseUnknown(value, fields);
  return value;
}

/** The request's JSON body, whatever it is. */
export async function readJson(call: Call, badBody: FailureName = 'badBody'): Promise<Json> {
  const text = await call.request.text();
  if (text.length > MAX_JSON_BYTES) throw failure(badBody, 'The request body is too large.');
  try {
    return parseJson(text);
  } catch {
    throw failure(badBody);
  }
}

/** Refuses keys of `value` that are not in `fields`, naming the first. */
export function refuseUnknown(value: JsonObject, fields: readonly string[], where = ''): void {
  for (const key of Object.keys(value)) {
    if (!fields.includes(key)) throw failure('unknownField', `Unknown field ${JSON.stringify(where + key)}.`);
  }
}

/** `object[field]` as a string, or `undefined` when absent. */
export function optionalString(object: JsonObject, field: string, bad: FailureName): string | undefined {
  const value = object[field];
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw failure(bad, `${field} must be a string.`);
  return value;
}

/** `object[field]` as a non-empty string. */
export function requiredString(
  object: JsonObject,
  field: string,
  bad: FailureName,
  message?: string,
): string {
  const value = object[field];
  if (typeof value !== 'string' || value === '') throw failure(bad, message ?? `${field} is required.`);
  return value;
}
