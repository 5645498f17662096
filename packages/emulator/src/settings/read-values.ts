import { failure } from '../api/errors.ts';
import { isObject } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';

/** A text. @throws 10021 */
export function readText(name: string, value: Json): string {
  if (typeof value !== 'string') throw failure('invalidRequest', `${name} must be a string.`);
  return value;
}

/** A list of texts. @throws 10021 */
export function readTexts(name: string, value: Json): string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw failure('invalidRequest', `${name} must be an array of strings.`);
  }
  return value;
}

/** An object. @throws 10021 */
export function readObject(name: string, value: Json): JsonObject {
  if (!isObject(value)) throw failure('invalidRequest', `${name} must be an object.`);
  return value;
}

/** A `YYYY-MM-DD` that is a real day and not after today (UTC). @throws 10021 */
export function readCompatibilityDate(value: Json, { now }: { now: Date }): string {
  const parsed = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? new Date(value) : null;
  if (parsed === null || Number.isNaN(parsed.getTime())) {
    throw failure('invalidRequest', `Invalid compatibility date: ${JSON.stringify(value)}.`);
  }
  const date = String(value);
  if (date > now.toISOString().slice(0, 10)) {
    throw failure('invalidRequest', `Can't set compatibility date in the future: ${date}.`);
  }
  return date;
}

/** `exports` as reads show them: without entries of classes that are gone. */
export function liveExports(exports: JsonObject | null): JsonObject | undefined {
  if (exports === null) return undefined;
  return Object.fromEntries(
    Object.entries(exports).filter(([, entry]) => {
      const state = isObject(entry) ? entry['state'] : undefined;
      return state === undefined || state === 'created' || state === 'expecting-transfer';
    }),
  );
}
