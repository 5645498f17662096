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

/** An object without its undefined fields. */
export type Compact<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

/** The object without its undefined fields: "not given" is not there, and is not `null`. */
export function compact<T extends object>(value: T): Compact<T> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Compact<T>;
}
