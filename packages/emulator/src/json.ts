/** Anything JSON can say. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

/** A JSON object. A field that is `undefined` is one that is not there. */
export interface JsonObject {
  [field: string]: Json | undefined;
}

/** True for a JSON object; false for a list. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads JSON text. @throws SyntaxError */
export function parseJson(text: string): Json {
  return JSON.parse(text) as Json;
}
