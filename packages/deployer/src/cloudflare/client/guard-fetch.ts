import { readBytes } from './answer-bytes.ts';

/** Statuses that point elsewhere. Source: Fetch standard, "redirect status". */
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * A `fetch` that goes where it is sent and nowhere else: Cloudflare's API does not redirect, and a redirect followed
 * would hand the body, secrets included, to whoever it names. Answers that are errors, which the SDK reads whole, are
 * read up to the size of any other answer.
 */
export function guardFetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'manual' });
    const { ok, status, headers } = response;
    if (ok) return response;
    if (REDIRECTS.has(status)) {
      await response.body?.cancel();
      return new Response(`it redirects to ${hostOf(headers.get('location'))}`, { status, headers });
    }
    if (status < 400) return response;
    const bytes = await readBytes(response, init?.signal ?? new AbortController().signal);
    return new Response(bytes, { status, headers });
  };
}

function hostOf(location: string | null): string {
  if (location === null || !URL.canParse(location)) return 'another address';
  return new URL(location).host;
}
