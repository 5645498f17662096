import { type Matcher, pathWildcard, wildcard } from '../../text/wildcard.ts';
import { escapeRegExp } from '../../text/escape-reg-exp.ts';

/**
 * Reads a glob of a module rule in one of its two meanings. `?`, `[` and `{` are literal in both.
 *
 * - `specifier`: tried on an import as written. Any run of `*` is any text, `/` included, so a pattern that starts with
 *   two stars and a slash asks for a slash somewhere: `./a.txt` matches, `a.txt` does not.
 * - `path`: tried on a file's path below the module root. `*` stays inside one folder, a whole segment of two stars is
 *   any number of folders, none included.
 *
 * @see https://developers.cloudflare.com/workers/wrangler/bundling/
 */
export function globMatcher(glob: string, meaning: 'specifier' | 'path'): Matcher {
  return meaning === 'specifier' ? wildcard(glob) : pathWildcard(glob);
}

/**
 * A filter for esbuild of the imports that any of these globs may match. Only for esbuild, whose expressions (Go's) take
 * linear time; in JavaScript several stars in one expression do not.
 */
export function specifierFilter(globs: readonly string[]): RegExp {
  const sources = globs.map((glob) =>
    glob
      .split(/\*+/)
      .map((text) => escapeRegExp(text))
      .join('.*'),
  );
  return new RegExp(`^(?:${sources.join('|')})$`);
}
