/** The text with everything but plain ASCII escaped, so that look-alikes and control characters show. */
export function printable(text: string): string {
  const short = text.length > 64 ? `${text.slice(0, 64)}…` : text;
  return short.replaceAll(/[^\x20-\x7e\u2026]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return String.raw`\u{${code.toString(16)}}`;
  });
}
