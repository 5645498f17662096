import { fullyDecoded } from './decoded-text.ts';
import { decimalForm } from './numbers-of-text.ts';
import { withoutTrailing } from '../text/trim-end.ts';

/** A form with fewer characters says nothing, and would be found everywhere. */
const SHORTEST_FORM = 6;
/** A shorter line of a longer value is more likely a word. */
const SHORTEST_LINE = 16;

/** What JSON, a URL, a form and HTML write as it stands. Most tokens are. */
const SAME_EVERYWHERE = /^[A-Za-z0-9._-]*$/;

/** How a value may be written: what is looked for. */
export interface SecretForms {
  /** Any longer piece of one gives the value away. What else a piece may be written in, {@link decodings} undoes. */
  readonly inPieces: readonly string[];
  /** Looked for as a whole. */
  readonly whole: readonly string[];
}

/**
 * Every way a value is commonly written down: plain, as JSON (once and twice), in a URL or a form, in HTML, as
 * hexadecimal digits, as Base64 at any of its three offsets, with the URL alphabet too; in one case, as the name of a
 * host; as octets in decimals; and each line of a value of many lines on its own (a PEM key is printed line by line),
 * and the password of an address.
 */
export function formsOf(value: string): SecretForms {
  const lines = value
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.length >= SHORTEST_LINE && !isFence(line));
  // A text that was decoded is compared with the value as decoded: it may have escapes of its own.
  const pieces = [...new Set([value, value.trim(), fullyDecoded(value), ...passwords(value), ...lines])];
  const written = new Set(pieces.flatMap((piece) => [piece, inner(piece)]));
  const octets = Array.from(written, (one) => Buffer.from(one, 'utf8'));
  return {
    inPieces: longEnough([
      ...pieces,
      ...octets.flatMap(binaryForms),
      ...octets.map((one) => one.toString('latin1')),
    ]),
    whole: longEnough(
      pieces.flatMap((piece) => [
        ...(SAME_EVERYWHERE.test(piece)
          ? [piece]
          : [...jsonForms(piece), ...urlForms(piece), ...htmlForms(piece)]),
        piece.toLowerCase(),
        piece.toUpperCase(),
        decimalForm(piece),
      ]),
    ),
  };
}

/** What an address of a database or a proxy holds of a password, as written and as meant: drivers name it alone. */
function passwords(value: string): readonly string[] {
  const written = /^[a-z][a-z0-9+.-]{0,31}:\/\/[^\s/:@]*:([^\s/@]+)@/i.exec(value)?.[1];
  return written === undefined ? [] : [written, fullyDecoded(written)];
}

function longEnough(forms: readonly string[]): readonly string[] {
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST_FORM);
}

/** `-----BEGIN PRIVATE KEY-----`: says what it is, not what it holds. */
function isFence(line: string): boolean {
  return line.startsWith('-----') && line.endsWith('-----');
}

function jsonForms(text: string): readonly string[] {
  const once = inner(text);
  const ascii = once.replaceAll(
    /[^\x20-\x7e]/g,
    (char) => String.raw`\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const slashes = once.replaceAll('/', String.raw`\/`);
  return [once, ascii, slashes, inner(once), inner(ascii), inner(slashes), inner(inner(once))];
}

function inner(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function urlForms(text: string): readonly string[] {
  const bytes = Buffer.from(text, 'utf8');
  // Half of a surrogate pair, which cannot be encoded, becomes what it is sent as.
  const sent = bytes.toString('utf8');
  const component = encodeURIComponent(sent);
  const strict = Array.from(bytes, (byte) => STRICT[byte] ?? '');
  const form = new URLSearchParams([['', text]]).toString().slice(1);
  const forms = [component, strict.join(''), form, encodeURI(sent), encodeURIComponent(component)];
  return [...forms, ...forms.map((one) => one.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))];
}

/** Each octet as it stands in a URL where all that need not be plain is escaped. */
const STRICT: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  return /[A-Za-z0-9._~-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

/** How characters are written in HTML; each writer chooses for itself. */
const ENTITIES: readonly (readonly [char: string, writings: readonly string[]])[] = [
  ['<', ['&lt;']],
  ['>', ['&gt;', '>']],
  ['"', ['&quot;', '&#34;', '"']],
  ["'", ['&#39;', '&#x27;', '&apos;', "'"]],
  ['/', ['/', '&#x2F;', '&#47;']],
  ['`', ['`', '&#x60;']],
];

function htmlForms(text: string): readonly string[] {
  let forms = [text.replaceAll('&', '&amp;')];
  for (const [char, writings] of ENTITIES) {
    if (!text.includes(char)) continue;
    // Entities hold none of these characters, so what is written already stays.
    forms = forms.flatMap((form) => writings.map((writing) => form.replaceAll(char, writing)));
  }
  return forms;
}

function binaryForms(bytes: Buffer): readonly string[] {
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].flatMap((offset) => {
    const encoded = withoutTrailing(Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64'), '=');
    // What shares a character with the bytes before or after differs from text to text.
    const start = offset === 0 ? 0 : offset + 1;
    const end = (offset + bytes.length) % 3 === 0 ? encoded.length : encoded.length - 1;
    const stable = encoded.slice(start, end);
    return [stable, stable.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [hex, ...base64];
}
