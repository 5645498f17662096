import type { DecodedText } from './decoded-text.ts';

/** Several octets one after the other, as a debugger or `console.log` of a buffer writes them. */
const MAY_LIST_NUMBERS = /(?:(?:0x|\\x)?[0-9a-f]{1,4}[\s:,]{1,3}|\\x[0-9a-f]{2}){4}|[0-9A-F]{12}/i;
/** What stands between them. */
const BETWEEN = /(?:[\s:,]|0x|\\x)+/gi;

/**
 * The text without what stands between octets, in small letters, where there may be some: `636E72`, `63:6e:72`,
 * `0x63, 0x6e`, `[99, 110]`, `<Buffer 63 6e>`. Forms of octets are found in it.
 */
export function numbersOf(text: string): readonly DecodedText[] {
  if (!MAY_LIST_NUMBERS.test(text)) return [];
  const small = text.toLowerCase();
  // An id reads as it stands.
  if (small === text && text.search(BETWEEN) < 0) return [];
  const parts: string[] = [];
  const starts = new Uint32Array(text.length);
  let length = 0;
  let copied = 0;
  const put = (end: number): void => {
    parts.push(text.slice(copied, end));
    for (; copied < end; copied += 1, length += 1) starts[length] = copied;
  };
  for (const match of text.matchAll(BETWEEN)) {
    put(match.index);
    copied = match.index + match[0].length;
  }
  put(text.length);
  const ends = starts.map((start) => start + 1);
  return [{ text: parts.join('').toLowerCase(), starts: starts.subarray(0, length), ends }];
}

/** A value as a list of its octets in decimals with nothing between them; hexadecimal ones are among its other forms. */
export function decimalForm(value: string): string {
  return [...Buffer.from(value, 'utf8')].join('');
}
