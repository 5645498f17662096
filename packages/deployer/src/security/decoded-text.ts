/** A text with what was written in it decoded, and where each of its characters comes from. */
export interface DecodedText {
  readonly text: string;
  /** For each character, where it began in the text that was given. */
  readonly starts: Uint32Array;
  /** For each character, where it ended there. */
  readonly ends: Uint32Array;
}

/** Encodings stand in each other: JSON in JSON, a URL in a form. Deeper than this nobody writes by accident. */
const DEEPEST = 4;

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '',
};

/**
 * One piece that stands for another text. Every alternative is bounded, or repeats what cannot begin it again, so that a
 * text is searched in linear time. The last ones stand for nothing: where a text was wrapped, colours, characters that
 * show nothing, and the zeros of UTF-16.
 */
const WRITTEN = new RegExp(
  [
    String.raw`\\u\{([0-9a-f]{1,6})\}|\\u([0-9a-f]{4})|\\x([0-9a-f]{2})|\\([^ux\n])`,
    '%([0-9a-f]{2})|&#x([0-9a-f]{1,6});|&#([0-9]{1,7});|&(amp|lt|gt|quot|apos);',
    String.raw`\r?\n[ \t]*|\u001b\[[0-9;]{0,20}m|[\0\u00ad\u200b-\u200f\u2060\ufeff]`,
  ].join('|'),
  'gi',
);

/** Whether anything could be decoded: most texts are as they are. */
const MAY_BE_WRITTEN = new RegExp(String.raw`[\\%&\n\0\u001b\u00ad\u200b-\u200f\u2060\ufeff]`);

/**
 * The text decoded once, twice and so on, as long as there is something to decode: escapes of JSON and JavaScript, of
 * URLs, of HTML, and line breaks with their indentation. An octet of a URL becomes one character, whatever it is part of.
 */
export function decodings(text: string): readonly DecodedText[] {
  const found: DecodedText[] = [];
  let last: DecodedText | undefined;
  while (found.length < DEEPEST) {
    const next = decodeOnce(last?.text ?? text, last);
    if (next === undefined) break;
    found.push(next);
    last = next;
  }
  return found;
}

/** The text with everything decoded that {@link decodings} decodes. */
export function fullyDecoded(text: string): string {
  return decodings(text).at(-1)?.text ?? text;
}

function decodeOnce(text: string, before: DecodedText | undefined): DecodedText | undefined {
  const first = text.search(MAY_BE_WRITTEN);
  // Most lines are as they are but for their end.
  if (first < 0 || first === text.length - 1) return undefined;
  const parts: string[] = [];
  const starts = new Uint32Array(text.length);
  const ends = new Uint32Array(text.length);
  let length = 0;
  let copied = 0;
  const put = (part: string, start: number, end: number): void => {
    const whole = end - start === part.length;
    for (let at = 0; at < part.length; at += 1, length += 1) {
      const from = whole ? start + at : start;
      const to = whole ? from + 1 : end;
      starts[length] = before?.starts[from] ?? from;
      ends[length] = before?.ends[to - 1] ?? to;
    }
    parts.push(part);
  };
  for (const match of text.matchAll(WRITTEN)) {
    put(text.slice(copied, match.index), copied, match.index);
    copied = match.index + match[0].length;
    put(meaningOf(match), match.index, copied);
  }
  if (copied === 0) return undefined;
  put(text.slice(copied), copied, text.length);
  return { text: parts.join(''), starts: starts.subarray(0, length), ends: ends.subarray(0, length) };
}

function meaningOf([
  ,
  braced,
  unit,
  octet,
  escape,
  percent,
  hexPoint,
  point,
  entity,
]: RegExpMatchArray): string {
  if (escape !== undefined) return ESCAPES[escape] ?? escape;
  if (entity !== undefined) return ENTITIES[entity.toLowerCase()] ?? '';
  const hex = braced ?? unit ?? octet ?? percent ?? hexPoint;
  const code = hex === undefined ? Number(point ?? 0) : Number.parseInt(hex, 16);
  if (code === 0 || code > 0x10ffff) return '';
  return String.fromCodePoint(code);
}
