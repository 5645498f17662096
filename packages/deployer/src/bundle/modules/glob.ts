/**
 * Turns a glob into an anchored regular expression, in one of the two meanings the module rules have. `?`, `[` and `{`
 * are literal in both.
 *
 * - `specifier`: tested on an import as written. Any run of `*` is any text, `/` included, so a pattern that starts with
 *   two stars and a slash asks for a slash somewhere: `./a.txt` matches, `a.txt` does not.
 * - `path`: tested on a file's path below the module root. `*` stays inside one folder, a whole segment of two stars is
 *   any number of folders, none included.
 *
 * @see https://developers.cloudflare.com/workers/wrangler/bundling/
 */
export function globToRegExp(glob: string, meaning: 'specifier' | 'path'): RegExp {
  return new RegExp(`^${meaning === 'specifier' ? specifierPattern(glob) : pathPattern(glob)}$`);
}

function specifierPattern(glob: string): string {
  return glob
    .split(/\*+/)
    .map((text) => escapeRegExp(text))
    .join('.*');
}

function pathPattern(glob: string): string {
  const segments = glob.split('/');
  return segments
    .map((segment, index) => {
      const last = index === segments.length - 1;
      if (/^\*{2,}$/.test(segment)) return last ? '.*' : '(?:[^/]*/)*';
      const pattern = segment
        .split(/\*+/)
        .map((text) => escapeRegExp(text))
        .join('[^/]*');
      return last ? pattern : `${pattern}/`;
    })
    .join('');
}

/** Text that matches only itself in a regular expression (JavaScript's and, for esbuild's filters, Go's). */
export function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
