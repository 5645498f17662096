/**
 * The text without the run of one character at its end. Looks at that run only: an expression of a run and the end of
 * the text begins again at every run in the text.
 */
export function withoutTrailing(text: string, character: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === character) end -= 1;
  return text.slice(0, end);
}
