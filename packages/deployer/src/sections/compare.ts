import { stableJson } from './canonical.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Difference } from './section.ts';

/** Named objects: entry → fields. */
export type Entries = Readonly<Record<string, JsonObject>>;

/** One value: equal or not. */
export function compareWhole(desired: Json, actual: Json): readonly Difference[] {
  return differ(null, null, desired, actual);
}

/** Named values, each whole: settings. */
export function compareFields(desired: JsonObject, actual: JsonObject): readonly Difference[] {
  return names(desired, actual).flatMap((key) => differ(key, null, own(desired, key), own(actual, key)));
}

/** Named objects of the same type field by field; another type under the same name is one difference. */
export function compareEntries(desired: Entries, actual: Entries): readonly Difference[] {
  return names(desired, actual).flatMap((key) => {
    const wanted = own(desired, key);
    const live = own(actual, key);
    if (wanted === null || live === null || wanted['type'] !== live['type']) {
      return differ(key, null, wanted, live);
    }
    return names(wanted, live).flatMap((field) => differ(key, field, own(wanted, field), own(live, field)));
  });
}

/** Lists of names without an order: what is missing, then what is too much. */
export function compareNames(
  desired: readonly string[],
  actual: readonly string[],
  shown: (name: string) => string = (name) => name,
): readonly Difference[] {
  const missing = desired.filter((name) => !actual.includes(name));
  const extra = actual.filter((name) => !desired.includes(name));
  return [
    ...missing.map((name) => ({ key: name, field: null, desired: shown(name), actual: null })),
    ...extra.map((name) => ({ key: name, field: null, desired: null, actual: shown(name) })),
  ];
}

/** Whether two lists hold the same names, in whatever order. */
export function sameNames(one: readonly string[], other: readonly string[]): boolean {
  return compareNames(one, other).length === 0;
}

function differ(
  key: string | null,
  field: string | null,
  desired: Json,
  actual: Json,
): readonly Difference[] {
  return stableJson(desired) === stableJson(actual) ? [] : [{ key, field, desired, actual }];
}

function names(a: object, b: object): readonly string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].toSorted();
}

/** Own properties only: a binding may be called `__proto__` or `constructor`. */
function own<T extends Json>(record: Readonly<Record<string, T | undefined>>, name: string): T | null {
  return Object.hasOwn(record, name) ? (record[name] ?? null) : null;
}
