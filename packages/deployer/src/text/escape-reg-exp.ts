/** Text that matches only itself in a regular expression (JavaScript's and, for esbuild's filters, Go's). */
export function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
