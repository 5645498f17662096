import type { Secret } from './secret.ts';

/** Shortest value worth hiding: replacing `1` or `on` everywhere would only garble the text. */
const SHORTEST = 6;

/** What a Cloudflare token looks like in a header or a URL, whoever it belongs to. */
const TOKEN_SHAPES = [
  /(\b(?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]{8,}/gi,
  /(\bx-auth-(?:key|user-service-key):?\s*)[^\s"',;]{8,}/gi,
  /(\/\/[^/\s:@]+:)[^/\s@]+(?=@)/g,
  /(\bCLOUDFLARE_(?:API_TOKEN|API_KEY)[A-Z0-9_]*\s*[=:]\s*["']?)[^\s"']{8,}/g,
];

/** What any of those shapes has in it: most texts have none, and need not be searched for each. */
const MAY_HOLD_TOKEN = /bearer|basic|x-auth-|\/\/|CLOUDFLARE_API/i;

/** Hides secrets in whatever leaves the library: logs, records, errors. */
export interface Redactor {
  /** Hides this value from now on. */
  add(secret: Secret): void;
  text(text: string): string;
  /** A copy with every string scrubbed, keys included; cycles and exotic objects become their text. */
  value<T>(value: T): T;
}

/**
 * Makes a redactor that knows the given secrets and the shapes of tokens. Values are also hidden in their URL-encoded
 * and JSON-escaped forms.
 */
export function createRedactor(secrets: readonly Secret[] = []): Redactor {
  const known = new Set<string>();
  const redactor: Redactor = {
    add(secret) {
      const value = secret.open();
      if (value.length < SHORTEST) return;
      known.add(value);
      known.add(encodeURIComponent(value));
      known.add(JSON.stringify(value).slice(1, -1));
    },
    text(text) {
      let clean = text;
      // Longest first, so that a secret that contains another one is hidden whole.
      for (const value of [...known].toSorted((a, b) => b.length - a.length)) {
        clean = clean.replaceAll(value, '***');
      }
      if (!MAY_HOLD_TOKEN.test(clean)) return clean;
      for (const shape of TOKEN_SHAPES) clean = clean.replace(shape, '$1***');
      return clean;
    },
    value: (value) => scrub(value, redactor.text, new Set()) as typeof value,
  };
  for (const secret of secrets) redactor.add(secret);
  return redactor;
}

function scrub(value: unknown, clean: (text: string) => string, seen: Set<object>): unknown {
  if (typeof value === 'string') return clean(value);
  if (typeof value !== 'object' || value === null) return value;
  if (seen.has(value)) return '[circular]';
  const path = new Set(seen).add(value);
  if (Array.isArray(value)) return value.map((item) => scrub(item, clean, path));
  if (value instanceof Error) return clean(value.message);
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return scrub(value.toJSON(), clean, path);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [clean(key), scrub(entry, clean, path)]),
  );
}
