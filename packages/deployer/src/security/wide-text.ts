import type { DecodedText } from './decoded-text.ts';

/** Octets written as text, in which every second one is nought. */
interface Written {
  readonly bytes: Buffer;
  readonly start: number;
  /** Characters that an octet takes. */
  readonly width: number;
}

/** Runs long enough for six characters, which is the shortest secret that is hidden. */
const HEX = /[0-9a-f]{20,}/gi;
const BASE64 = /[A-Za-z0-9+/]{16,}/g;
const WIDE_HEX = /(?:[0-9a-f]{2}00){4}/i;
/** Three characters of UTF-16 take eight of Base64, of which two are always A. */
const WIDE_BASE64 = /A[A-P][A-Za-z0-9+/]A[A-Za-z0-9+/]{2}[A-D][A-Za-z0-9+/]/;

/** What stands in a text as UTF-16 written in hexadecimal digits or Base64, as PowerShell hands commands on. */
export function wideReadings(text: string): readonly DecodedText[] {
  const written = [...wideHex(text), ...wideBase64(text)];
  return written.flatMap((one) => [readFrom(one, 0), readFrom(one, 1)]);
}

function wideHex(text: string): readonly Written[] {
  if (!WIDE_HEX.test(text)) return [];
  return [...text.matchAll(HEX)].flatMap(({ 0: run, index }) =>
    WIDE_HEX.test(run)
      ? [0, 1].map((skipped) => writtenIn(run, index, { skipped, as: 'hex', width: 2 }))
      : [],
  );
}

function wideBase64(text: string): readonly Written[] {
  if (!WIDE_BASE64.test(text)) return [];
  return [...text.matchAll(BASE64)].flatMap(({ 0: run, index }) =>
    // Where the value begins in it nobody knows.
    WIDE_BASE64.test(run)
      ? [0, 1, 2, 3].map((skipped) => writtenIn(run, index, { skipped, as: 'base64', width: 4 / 3 }))
      : [],
  );
}

function writtenIn(
  run: string,
  index: number,
  how: { readonly skipped: number; readonly as: 'hex' | 'base64'; readonly width: number },
): Written {
  // Of a value that begins with its nought, the last one has to be added.
  const bytes = Buffer.concat([Buffer.from(run.slice(how.skipped), how.as), Buffer.alloc(1)]);
  return { bytes, start: index + how.skipped, width: how.width };
}

function readFrom({ bytes, start, width }: Written, first: number): DecodedText {
  const text = bytes.subarray(first).toString('utf16le');
  const place = (octet: number): number => start + octet * width;
  const octets = Uint32Array.from({ length: text.length }, (_, at) => first + at * 2);
  return {
    text,
    starts: octets.map((octet) => Math.floor(place(octet))),
    ends: octets.map((octet) => Math.ceil(place(octet + 2))),
  };
}
