import type { FailureName } from './failures.ts';

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
  /** Only of what is assumed. */
  readonly assumption?: Assumption;
}

/** The switch of a behaviour that nothing proves. */
export interface Assumption {
  /** Name of the switch, for good. */
  readonly id: string;
  /** The most plausible other behaviour, in a sentence. */
  readonly otherwise: string;
  /** The refusal that has another status or code then, when that is all the difference. */
  readonly code?: { readonly of: FailureName; readonly status: number; readonly code: number };
}

/** A behaviour that nothing proves, with its switch. */
export interface Assumed extends Behaviour {
  readonly assumption: Assumption;
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

/** Proven by nothing. The code that behaves so asks `Assumptions.hold`, and does what `otherwise` says if not. */
export function assumed(id: string, text: string, otherwise: string): Assumed {
  return { text, known: 'assumed', assumption: { id, otherwise } };
}

/** A status and code that nothing proves. The switch changes them on the way out; no code has to ask. */
export function assumedCode(
  id: string,
  text: string,
  of: FailureName,
  [status, code]: [number, number],
): Assumed {
  const otherwise = `${code} with HTTP ${status}.`;
  return { text, known: 'assumed', assumption: { id, otherwise, code: { of, status, code } } };
}
