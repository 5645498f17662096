import { createWindowSet } from './window-set.ts';

/** Where something stands in a text: from, up to and without. */
export type Span = readonly [start: number, end: number];

/** A piece of a secret this long gives it away: texts are cut, and cut again, before they arrive. */
const FRAGMENT = 12;
/** Whole strings are looked up by so many first characters; none is shorter. */
const HEAD = 6;
/** Where the further character of longer ones stands. */
const FAR = 15;

/** Finds the given strings, and longer pieces of them, in texts. */
export interface SecretFinder {
  /**
   * All strings have at least 6 characters.
   * @param inPieces longer pieces of these are found too
   * @param whole found as they are only
   */
  add(inPieces: readonly string[], whole?: readonly string[]): void;
  isEmpty(): boolean;
  /** Places in order, not overlapping. */
  find(text: string): readonly Span[];
}

/**
 * Looks for all strings in one pass: each window of the text is looked up among the beginnings of the strings, and
 * among all their pieces of {@link FRAGMENT} characters. Takes time in proportion to the text, however many they are.
 */
export function createSecretFinder(): SecretFinder {
  const known = new Set<string>();
  const short = formsByKey((text, at) => headKey(text, at));
  const long = formsByKey((text, at) => farKey(text, at));
  const fragments = createWindowSet(FRAGMENT);
  const heads = windowFilter(HEAD);
  const pieces = windowFilter(FRAGMENT);
  const addFragments = (form: string): void => {
    for (const start of tellingPieces(form)) {
      fragments.add(form, start);
      pieces.add(form, start);
    }
  };
  return {
    add(inPieces, whole = []) {
      for (const form of [...inPieces, ...whole]) {
        if (known.has(form)) continue;
        known.add(form);
        (form.length > FAR ? long : short).add(form);
        heads.add(form, 0);
      }
      for (const form of inPieces) addFragments(form);
    },
    isEmpty: () => known.size === 0,
    find(text) {
      if (known.size === 0) return [];
      const spans: [number, number][] = [];
      /** Where the last span ends: what ends no later changes nothing. */
      let end = 0;
      for (let at = 0; at + HEAD <= text.length; at += 1) {
        const whole = heads.mayHave(text, at)
          ? (long.longestAt(text, at) ?? short.longestAt(text, at))
          : undefined;
        if (whole !== undefined) end = join(spans, at, at + whole.length);
        if (at + FRAGMENT > end && pieces.mayHave(text, at) && fragments.has(text, at)) {
          end = join(spans, at, at + FRAGMENT);
        }
      }
      return spans;
    },
  };
}

/** Strings by a number made of what they begin with, which others may share; longest first. */
function formsByKey(keyAt: (text: string, at: number) => number): {
  add(form: string): void;
  /** The longest that stands in the text there. */
  longestAt(text: string, at: number): string | undefined;
} {
  const byKey = new Map<number, string[]>();
  return {
    add(form) {
      const key = keyAt(form, 0);
      const alike = byKey.get(key);
      if (alike === undefined) byKey.set(key, [form]);
      else alike.splice(firstNotLonger(alike, form), 0, form);
    },
    longestAt: (text, at) => byKey.get(keyAt(text, at))?.find((form) => text.startsWith(form, at)),
  };
}

function headKey(text: string, at: number): number {
  let key = 0;
  for (let index = at; index < at + HEAD; index += 1)
    key = Math.imul(key, 0x01000193) ^ text.charCodeAt(index);
  return key;
}

/** Of longer strings a further character is in the key: those of one family begin alike. */
function farKey(text: string, at: number): number {
  return Math.imul(headKey(text, at), 0x01000193) ^ text.charCodeAt(at + FAR);
}

/** Where it belongs among those that are sorted, longest first. */
function firstNotLonger(alike: readonly string[], form: string): number {
  const index = alike.findIndex((one) => one.length < form.length);
  return index < 0 ? alike.length : index;
}

/**
 * Where the pieces of {@link FRAGMENT} characters begin that give a secret away. Words and the beginnings of addresses are no
 * secret by themselves: a digit, or both cases, make a piece telling; a space makes it words.
 */
function* tellingPieces(form: string): Generator<number> {
  const last = { digit: -1, small: -1, capital: -1, space: -1, other: -1 };
  for (let end = 0; end < form.length; end += 1) {
    last[kindOf(form, end)] = end;
    const start = end - FRAGMENT + 1;
    if (start < 0 || last.space >= start) continue;
    if (last.digit >= start || (last.small >= start && last.capital >= start)) yield start;
  }
}

function kindOf(text: string, at: number): 'digit' | 'small' | 'capital' | 'space' | 'other' {
  const code = text.charCodeAt(at);
  if (code >= 0x30 && code <= 0x39) return 'digit';
  if (code >= 0x61 && code <= 0x7a) return 'small';
  if (code >= 0x41 && code <= 0x5a) return 'capital';
  return /\s/.test(text.charAt(at)) ? 'space' : 'other';
}

/** Spans come in the order of their beginnings; what overlaps the last one makes it longer. Gives the end of the last. */
function join(spans: [number, number][], start: number, end: number): number {
  const last = spans.at(-1);
  if (last !== undefined && start < last[1]) return (last[1] = Math.max(last[1], end));
  spans.push([start, end]);
  return end;
}

/** Tells cheaply of most windows of a text that they are none of the strings added, without taking the text apart. */
function windowFilter(length: number): {
  /** The one that stands in the text there. */
  add(text: string, at: number): void;
  mayHave(text: string, at: number): boolean;
} {
  const seen = new Uint8Array(1 << 16);
  const middle = length >> 1;
  const slot = (text: string, at: number): number =>
    (text.charCodeAt(at) * 31 +
      text.charCodeAt(at + 1) * 1023 +
      text.charCodeAt(at + middle) * 8191 +
      text.charCodeAt(at + length - 1) * 524_287) &
    0xffff;
  return {
    add: (text, at) => {
      seen[slot(text, at)] = 1;
    },
    mayHave: (text, at) => at + length <= text.length && seen[slot(text, at)] === 1,
  };
}
