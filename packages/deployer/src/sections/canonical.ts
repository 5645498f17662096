/** Helpers for canonical forms, which both sides of a comparison go through: a default written out equals one left out. */
import type { Fields } from '../shapes/fields.ts';
import type { Json, JsonObject } from './json.ts';

/** Deeply equal values give equal text, whatever the order of their keys. Undefined fields do not count. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) =>
    isFields(entry)
      ? Object.fromEntries(Object.entries(entry).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : entry,
  );
}

/** The value as JSON: configuration and answers are JSON by origin; undefined fields are dropped. */
export function toJson(value: unknown): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json);
}

/** The same of an object. */
export function toFields(value: Fields): JsonObject {
  return toJson(value) as JsonObject;
}

/** The fields that are set; null when none is. */
export function presentFields(value: Fields | null | undefined): JsonObject | null {
  const present = Object.entries(value ?? {}).filter(([, entry]) => isPresent(entry));
  return present.length === 0 ? null : toFields(Object.fromEntries(present));
}

/** Without fields that only repeat a default, and without empty lists. */
export function withoutDefaults(value: Fields, defaults: Fields): JsonObject {
  return toFields(
    Object.fromEntries(
      Object.entries(value).filter(
        ([key, entry]) =>
          isPresent(entry) && !isEmptyList(entry) && stableJson(entry) !== stableJson(defaults[key]),
      ),
    ),
  );
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
