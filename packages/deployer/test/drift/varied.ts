import type { Json } from '../../src/json.ts';

/** Values that another value of their own must take the place of: the field has few. */
const CHOICES: Readonly<Record<string, readonly [Json, Json]>> = {
  period: [60, 10],
  jurisdiction: ['eu', 'fedramp'],
  mode: ['smart', 'off'],
  storage: ['sqlite', 'legacy-kv'],
  compatibility_date: ['2026-02-01', '2026-01-01'],
};

/** Another value of the same form: what somebody else could have put in its place. */
export function varied(value: Json, field: string): Json {
  const choice = CHOICES[field];
  if (choice !== undefined) return value === choice[0] ? choice[1] : choice[0];
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (value === null) return 1;
  if (Array.isArray(value))
    return value.length === 0 ? ['x'] : value.map((item) => varied(item as Json, field));
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, varied(item as Json, key)]));
  }
  if (/^[0-9a-f-]{32,36}$/.test(value)) return value.replace(/.$/, (digit) => (digit === '9' ? '8' : '9'));
  if (value.includes('@')) return `x${value}`;
  return `${value}x`;
}

/** Where one leaf of a value is. */
export type Path = readonly (string | number)[];

/** Every leaf below a value. An empty list or object is one. */
export function leavesOf(value: Json, at: Path = []): readonly (readonly [Path, Json])[] {
  if (value === null || typeof value !== 'object') return [[at, value]];
  const entries = Array.isArray(value)
    ? value.map((item, index) => [index, item as Json] as const)
    : Object.entries(value).map(([key, item]) => [key, item as Json] as const);
  return entries.length === 0
    ? [[at, value]]
    : entries.flatMap(([key, item]) => leavesOf(item, [...at, key]));
}

/** The value with another one at a place; `undefined` takes the place away. */
export function withValue(value: Json, at: Path, next: Json | undefined): Json {
  const [key, ...rest] = at;
  if (key === undefined) return next ?? null;
  if (Array.isArray(value)) {
    const copy = [...(value as readonly Json[])];
    if (rest.length === 0 && next === undefined) copy.splice(Number(key), 1);
    else copy[Number(key)] = withValue(copy[Number(key)] ?? null, rest, next);
    return copy;
  }
  const fields = { ...(value as Record<string, Json>) };
  if (rest.length === 0 && next === undefined) delete fields[key];
  else fields[key] = withValue(fields[key] ?? null, rest, next);
  return fields;
}
