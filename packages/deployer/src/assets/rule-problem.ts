/** Something wrong in `_headers` or `_redirects`. Lines count from 1. */
export interface RuleProblem {
  readonly line: number;
  readonly message: string;
}

/** A line of such a file that says something. */
export interface RuleLine {
  readonly line: number;
  /** Trimmed. */
  readonly text: string;
}

/** Lines without blank ones and comments (`#` first). */
export function ruleLines(text: string): RuleLine[] {
  return text
    .split('\n')
    .map((raw, index) => ({ line: index + 1, text: raw.trim() }))
    .filter((rule) => rule.text !== '' && !rule.text.startsWith('#'));
}

/** True for `https://host/…` and `//host/…`. */
export function hasHost(url: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:)?\/\//i.test(url);
}
