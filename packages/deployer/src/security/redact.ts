import { setField } from '../json.ts';
import { decodings, type DecodedText } from './decoded-text.ts';
import { createSecretFinder, type SecretFinder, type Span } from './find-secrets.ts';
import { numbersOf } from './numbers-of-text.ts';
import type { Secret } from './secret.ts';
import { formsOf } from './secret-forms.ts';
import { wideReadings } from './wide-text.ts';

/** Shortest value worth hiding: replacing `1` or `on` everywhere would only garble the text. */
const SHORTEST = 6;

/** What a Cloudflare token looks like in a header or a URL, whoever it belongs to. */
const TOKEN_SHAPES = [
  /(\b(?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]{8,}/gi,
  /(\bx-auth-(?:key|user-service-key):?\s*)[^\s"',;]{8,}/gi,
  /(\/\/[^/\s:@]{1,200}:)[^/\s@]{1,2000}(?=@)/g,
  /(\bCLOUDFLARE_(?:API_TOKEN|API_KEY)[A-Z0-9_]{0,80}\s*[=:]\s*["']?)[^\s"']{8,}/g,
];

/** What any of those shapes has in it: most texts have none, and need not be searched for each. */
const MAY_HOLD_TOKEN = /bearer|basic|x-auth-|\/\/|CLOUDFLARE_API/i;

/**
 * What a text needs to read as another one: something to decode, octets with something between them, or a run that may be
 * octets in hexadecimal digits or UTF-16 in Base64. Most texts have nothing of it, and need not be searched for each.
 */
const MAY_READ_OTHERWISE =
  /[^ -~]|[\\%&]|[\s:,](?:(?:0[xX])?[0-9A-Fa-f]{1,4}[\s:,]{1,3}){3}|[0-9A-Fa-f]{12}|A[A-P][A-Za-z0-9+/]A/;

/** So many searches take as long as one look for all of them, which goes through a text more slowly. */
const MANY_FORMS = 1_000;

/** Short texts are many and come again, as names of fields and steps: so many are kept that nothing was found in. */
const MOST_KEPT = 4_000;
const LONGEST_KEPT = 256;

/** The registry of a run's secrets. Hides them in whatever leaves the tool: output, logs, records, errors. */
export interface Redactor {
  /** Hides this value from now on, in every form it is commonly written in. */
  add(secret: Secret): void;
  /** The text with every known secret, and every longer piece of one, as `***`. Takes linear time. */
  text(text: string): string;
  /** Whether a known secret stands in the text, whole, in any of its forms. As fast as a search can be, for long texts. */
  holds(text: string): boolean;
  /** A copy with every string scrubbed, keys included; cycles and exotic objects become their text. */
  value<T>(value: T): T;
}

/** Makes a redactor that knows the given secrets and the shapes of tokens. */
export function createRedactor(secrets: readonly Secret[] = []): Redactor {
  const known = new Set<string>();
  const forms: string[] = [];
  const finder = createSecretFinder();
  /** Texts that hold nothing to hide, as far as is known now. */
  const harmless = new Set<string>();
  const redactor: Redactor = {
    add(secret) {
      const value = secret.open();
      if (value.trim().length < SHORTEST || known.has(value)) return;
      known.add(value);
      const { inPieces, whole } = formsOf(value);
      forms.push(...inPieces, ...whole);
      finder.add(inPieces, whole);
      harmless.clear();
    },
    holds(text) {
      // Nothing known begins or stands in the text: so none of all the forms does.
      if (forms.length > MANY_FORMS && finder.find(text).length === 0) return false;
      return forms.some((form) => text.includes(form));
    },
    text(text) {
      if (harmless.has(text)) return text;
      const clean = hide(text, finder);
      if (clean === text && text.length <= LONGEST_KEPT && harmless.size < MOST_KEPT) harmless.add(text);
      return clean;
    },
    value: (value) => scrub(value, redactor.text, new Set()) as typeof value,
  };
  for (const secret of secrets) redactor.add(secret);
  return redactor;
}

function hide(text: string, finder: SecretFinder): string {
  if (text.length < SHORTEST) return text;
  let clean = '';
  let copied = 0;
  for (const [start, end] of everywhere(finder, text)) {
    clean += `${text.slice(copied, start)}***`;
    copied = end;
  }
  clean = copied === 0 ? text : clean + text.slice(copied);
  if (!MAY_HOLD_TOKEN.test(clean)) return clean;
  for (const shape of TOKEN_SHAPES) clean = clean.replace(shape, '$1***');
  return clean;
}

/** Places of secrets in the text as it stands, as it reads decoded, and in the numbers that it lists. */
function everywhere(finder: SecretFinder, text: string): readonly Span[] {
  if (finder.isEmpty()) return [];
  if (!MAY_READ_OTHERWISE.test(text)) return finder.find(text);
  const readings = [...decodings(text), ...numbersOf(text), ...wideReadings(text)];
  const plain = finder.find(text);
  if (readings.length === 0) return plain;
  return joined([...plain, ...readings.flatMap((reading) => placesIn(reading, finder))]);
}

function placesIn({ text, starts, ends }: DecodedText, finder: SecretFinder): readonly Span[] {
  return finder.find(text).map(([start, end]) => [starts[start] ?? 0, ends[end - 1] ?? 0]);
}

function joined(spans: readonly Span[]): readonly Span[] {
  const apart: [number, number][] = [];
  for (const [start, end] of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = apart.at(-1);
    if (last !== undefined && start < last[1]) last[1] = Math.max(last[1], end);
    else apart.push([start, end]);
  }
  return apart;
}

function scrub(value: unknown, clean: (text: string) => string, path: Set<object>): unknown {
  if (typeof value === 'string') return clean(value);
  if (typeof value !== 'object' || value === null) return value;
  if (path.has(value)) return '[circular]';
  if (value instanceof Error) return clean(value.message);
  path.add(value);
  const result = scrubObject(value, clean, path);
  path.delete(value);
  return result;
}

function scrubObject(value: object, clean: (text: string) => string, path: Set<object>): unknown {
  if (Array.isArray(value)) return value.map((item) => scrub(item, clean, path));
  if ('toJSON' in value && typeof value.toJSON === 'function') return scrub(value.toJSON(), clean, path);
  const copy: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) {
    setField(copy, clean(key), scrub(entry, clean, path));
  }
  return copy;
}
