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

/** What is at a field or an index of its own; undefined where there is none. Nothing is found on prototypes. */
export function fieldOf(value: Json | undefined, field: string | number): Json | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return undefined;
  return (value as JsonObject)[field];
}

/** Whether it has such a field of its own, whatever is in it. */
export function hasField(value: Json | undefined, field: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, field);
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
  const given: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) if (item !== undefined) setField(given, name, item);
  return given as Compact<T>;
}

/** Gives an object a field of its own, also one called `__proto__`. */
export function setField(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
