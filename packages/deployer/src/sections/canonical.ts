import { isObject, type Json, type JsonObject } from '../json.ts';

/** Helpers for canonical forms, which both sides of a comparison go through: a default written out equals one left out. */

/** Deeply equal values give equal text, whatever the order of their keys. Undefined fields do not count. */
export function stableJson(value: Json | object | undefined): string {
  return JSON.stringify(sorted(value as Json | undefined));
}

/** The value with the keys of its objects sorted; what is sorted already, as most of it is, is not copied. */
function sorted(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) {
    const items = value.map(sorted);
    return items.every((item, index) => item === value[index]) ? value : (items as readonly Json[]);
  }
  if (!isObject(value) || typeof value['toJSON'] === 'function') return value;
  const names = Object.keys(value);
  const fields = names.map((name) => sorted(value[name]));
  const inOrder = names.every(
    (name, index) => fields[index] === value[name] && (index === 0 || (names[index - 1] ?? '') < name),
  );
  if (inOrder) return value;
  return Object.fromEntries(
    names
      .map((name, index) => [name, fields[index]] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
}

/** The value as JSON: configuration and answers are JSON by origin; undefined fields are dropped. */
export function toJson(value: Json | object | undefined): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json);
}

/** The same of an object. */
export function toFields(value: JsonObject): JsonObject {
  return toJson(value) as JsonObject;
}

/** The fields that are set; null when none is. */
export function presentFields(value: JsonObject | null | undefined): JsonObject | null {
  const present = Object.entries(value ?? {}).filter(([, entry]) => isPresent(entry));
  return present.length === 0 ? null : toFields(Object.fromEntries(present));
}

/** Without fields that only repeat a default, and without empty lists. */
export function withoutDefaults(value: JsonObject, defaults: JsonObject): JsonObject {
  return toFields(
    Object.fromEntries(
      Object.entries(value).filter(
        ([key, entry]) =>
          isPresent(entry) && !isEmptyList(entry) && stableJson(entry) !== stableJson(defaults[key]),
      ),
    ),
  );
}

export function isPresent(value: Json | undefined): boolean {
  return value !== null && value !== undefined;
}

function isEmptyList(value: Json | undefined): boolean {
  return Array.isArray(value) && value.length === 0;
}
