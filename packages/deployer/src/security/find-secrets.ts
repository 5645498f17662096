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
  /** Strings by {@link keyAt}, longest first. */
  const byHead = new Map<string, string[]>();
  const fragments = createWindowSet(FRAGMENT);
  const heads = windowFilter(HEAD);
  const pieces = windowFilter(FRAGMENT);
  const addFragments = (form: string): void => {
    for (let start = 0; start + FRAGMENT <= form.length; start += 1) {
      const fragment = form.slice(start, start + FRAGMENT);
      if (!isTelling(fragment)) continue;
      fragments.add(fragment);
      pieces.add(fragment);
    }
  };
  return {
    add(inPieces, whole = []) {
      for (const form of [...inPieces, ...whole]) {
        if (known.has(form)) continue;
        known.add(form);
        const key = keyAt(form, 0, form.length > FAR);
        byHead.set(
          key,
          [...(byHead.get(key) ?? []), form].toSorted((a, b) => b.length - a.length),
        );
        heads.add(form.slice(0, HEAD));
      }
      for (const form of inPieces) addFragments(form);
    },
    isEmpty: () => known.size === 0,
    find(text) {
      if (known.size === 0) return [];
      const spans: [number, number][] = [];
      for (let at = 0; at + HEAD <= text.length; at += 1) {
        const whole = heads.mayHave(text, at)
          ? [true, false]
              .flatMap((long) => byHead.get(keyAt(text, at, long)) ?? [])
              .find((form) => text.startsWith(form, at))
          : undefined;
        if (whole !== undefined) join(spans, at, at + whole.length);
        if (pieces.mayHave(text, at) && fragments.has(text, at)) {
          join(spans, at, at + FRAGMENT);
        }
      }
      return spans;
    },
  };
}

/** Of longer strings a further character is in the key: those of one family begin alike. */
function keyAt(text: string, at: number, long: boolean): string {
  const head = text.slice(at, at + HEAD);
  return long ? `${head} ${text.charAt(at + FAR)}` : head;
}

/** Words and the beginnings of addresses are no secret by themselves: a digit, or both cases, make a piece telling. */
function isTelling(fragment: string): boolean {
  if (/\s/.test(fragment)) return false;
  return /\d/.test(fragment) || (/[a-z]/.test(fragment) && /[A-Z]/.test(fragment));
}

/** Spans come in the order of their beginnings; what overlaps the last one makes it longer. */
function join(spans: [number, number][], start: number, end: number): void {
  const last = spans.at(-1);
  if (last !== undefined && start < last[1]) last[1] = Math.max(last[1], end);
  else spans.push([start, end]);
}

/** Tells cheaply of most windows of a text that they are none of the strings added, without taking the text apart. */
function windowFilter(length: number): {
  add(window: string): void;
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
    add: (window) => {
      seen[slot(window, 0)] = 1;
    },
    mayHave: (text, at) => at + length <= text.length && seen[slot(text, at)] === 1,
  };
}
