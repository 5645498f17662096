/**
 * Where something is known from: `observed` in a real client's calls or a live answer, `documentation` (Cloudflare's
 * docs, published operations and SDK types), `client source` (read off wrangler's or another client's code), or
 * `assumed` (nothing proves it; the most plausible behaviour was chosen).
 */
export type Provenance = 'observed' | 'documentation' | 'client source' | 'assumed';

/** One behaviour the emulator reproduces beyond taking and giving the right shapes, in a sentence. */
export interface Behaviour {
  readonly text: string;
  readonly known: Provenance;
}

/** Seen in a real client's calls or a live answer. */
export function observed(text: string): Behaviour {
  return { text, known: 'observed' };
}

/** Said by Cloudflare's docs, published operations or SDK types. */
export function documented(text: string): Behaviour {
  return { text, known: 'documentation' };
}

/** Read off a client's code. */
export function clientSource(text: string): Behaviour {
  return { text, known: 'client source' };
}

/** Proven by nothing. */
export function assumed(text: string): Behaviour {
  return { text, known: 'assumed' };
}
