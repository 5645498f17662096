import { ConfigError } from '../../errors.ts';
import { withoutTrailing } from '../../text/trim-end.ts';

/** Cloudflare's public API. */
export const PUBLIC_BASE_URL = 'https://api.cloudflare.com/client/v4';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

/**
 * Base URL that a token may be sent to: https anywhere, plain http on loopback only. Given without a trailing slash.
 * @throws ConfigError BASE_URL_REFUSED
 */
export function checkBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const allowed =
    url !== null &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname))) &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === '';
  if (!allowed) {
    throw new ConfigError(
      'BASE_URL_REFUSED',
      `The API base URL ${JSON.stringify(url === null ? text.slice(0, 80) : url.origin)} is neither https nor loopback, or carries credentials or a query, so no token is sent there.`,
      {
        hint: 'Set CLOUDFLARE_API_BASE_URL to an https URL, to http://localhost:PORT/client/v4, or unset it.',
      },
    );
  }
  return withoutTrailing(text, '/');
}

/**
 * How the API is reached, where that is not straight at Cloudflare: what does not answer is most likely one of these.
 * @param proxy as it may be shown
 */
export function wayInWords(baseUrl: string, proxy: string | null): string | null {
  const at = baseUrl === PUBLIC_BASE_URL ? null : `at ${baseUrl}`;
  const through = proxy === null ? null : `through the proxy ${proxy}`;
  const way = [at, through].filter((part) => part !== null);
  return way.length === 0 ? null : way.join(', ');
}
