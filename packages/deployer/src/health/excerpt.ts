/** Longest excerpt of an answer that is shown, characters. */
export const EXCERPT_LENGTH = 200;

/** Controls (C0, C1), line separators, what turns the direction of text or is not seen, and halves of characters. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu;

/**
 * The beginning of a text from outside, on one line and safe to print. Secrets are scrubbed before the text is cut, because
 * half a secret would not be found any more.
 *
 * @param redact hides every secret in a text
 */
export function excerpt(text: string, redact: (text: string) => string, length = EXCERPT_LENGTH): string {
  const clean = redact(text).replace(UNSEEN, ' ').replaceAll(/\s+/g, ' ').trim();
  if (clean.length <= length) return clean;
  // Half of a character outside the basic plane is none.
  return `${clean.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
