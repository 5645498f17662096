/** What JSON can say: what files hold, answers bring, and what is compared, shown and recorded. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** Fields by name. One that is `undefined` is one that is not there. */
export interface JsonObject {
  readonly [field: string]: Json | undefined;
}

/** True for fields by name, not for a list. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads JSON text. @throws SyntaxError */
export function parseJson(text: string): Json {
  return JSON.parse(text) as Json;
}
