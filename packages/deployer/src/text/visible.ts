/**
 * Characters that are not seen or that change how others are seen: control characters, half surrogate pairs, line
 * separators, soft hyphens, zero-width and bidirectional marks, tags. Names, ids and paths have none of them. For use
 * inside brackets of an expression with the flag `u`.
 *
 * @see https://www.unicode.org/reports/tr36/
 */
export const UNSEEN = String.raw`\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}`;

const UNSEEN_CHARACTER = new RegExp(`[${UNSEEN}]`, 'gu');

/** Characters of a name that messages repeat. */
const SHOWN = 128;

/** Untrusted text for a message: cut to 128 characters, what cannot be seen written as `\u{202e}`. */
export function visible(text: string): string {
  const short = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return short.replaceAll(UNSEEN_CHARACTER, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return String.raw`\u{${code.toString(16)}}`;
  });
}
